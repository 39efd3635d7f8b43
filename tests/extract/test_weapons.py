"""Weapon facts: a table of sentences with all that each states, one of sentences that state none, and what holds for any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.document import Document, Quote, Span, WeaponFact
from app.extract.layout import read_layout
from app.extract.weapons import find_weapon_facts
from app.extract.weapons.names import find_names, systems

Stated = tuple[str, str, float | str | None, str | None]


def facts_in(text: str, *quotes: Quote) -> tuple[WeaponFact, ...]:
    return find_weapon_facts(Document(text), read_layout(text), quotes)


def stated(text: str) -> set[Stated]:
    return {(fact.weapon, fact.attribute, fact.value, fact.unit) for fact in facts_in(text)}


def quote_of(text: str, words: str, speaker: str, **fields: str) -> Quote:
    start = text.index(words)
    span = Span(start, start + len(words))
    return Quote(f"q-{speaker}", "indirect", words, (span,), (), (), speaker, **fields)  # type: ignore[arg-type]


STATED: list[tuple[str, str, set[Stated]]] = [
    (
        "range-verb",
        "The Storm Shadow missile can hit targets up to 250 kilometers away, the ministry of defense said.",
        {("Storm Shadow", "range", 250, "km")},
    ),
    (
        "range-hyphen",
        "Poland wants the 500-kilometer-range Taurus missile for its air force.",
        {("Taurus", "range", 500, "km")},
    ),
    (
        "range-adjective",
        "Iran unveiled a ballistic missile with a 1,400-km range on Thursday.",
        {("ballistic missile", "range", 1400, "km")},
    ),
    (
        "range-relative",
        "Kalibr cruise missiles, which have a range of about 1,500 miles, are carried by frigates.",
        {("Kalibr", "range", 1500, "mi")},
    ),
    (
        "range-between",
        "The army described the Hrim-2, a ballistic missile with a range of between 280 and 500 kilometers.",
        {("Hrim-2", "range", 280, "km")},
    ),
    ("range-conversion", "The Fateh-110 has a range of 300 kilometers (186 miles).", {("Fateh-110", "range", 300, "km")}),
    (
        "range-pair",
        "HIMARS and ATACMS, with ranges of 50 and 190 miles, were shown to the troops.",
        {("ATACMS", "range", 190, "mi"), ("HIMARS", "range", 50, "mi")},
    ),
    (
        "range-both",
        "The Kh-101 and the Kh-55 both have a range of more than 2,500 kilometers.",
        {("Kh-101", "range", 2500, "km"), ("Kh-55", "range", 2500, "km")},
    ),
    (
        "range-pronoun",
        "Engineers showed the Flamingo missile to reporters. It can fly 3,000 kilometers.",
        {("Flamingo", "range", 3000, "km")},
    ),
    (
        "range-possessive",
        "South Korea deployed the Hyunmoo missile. Its range is at least 800 kilometers.",
        {("Hyunmoo", "range", 800, "km")},
    ),
    (
        "range-definite",
        "The navy bought Exocet missiles from France. The missiles have a range of 70 kilometers.",
        {("Exocet", "range", 70, "km"), ("Exocet", "transfer", None, None)},
    ),
    (
        "range-fronted",
        "With a range of 900 miles, the Tomahawk missile would reach Moscow.",
        {("Tomahawk", "range", 900, "mi")},
    ),
    (
        "range-apposition",
        "The Oreshnik, a hypersonic missile with a range of 5,500 kilometers, was fired at Dnipro.",
        {("Oreshnik", "range", 5500, "km"), ("Oreshnik", "speed", "hypersonic", None), ("Oreshnik", "use", None, None)},
    ),
    (
        "range-capable",
        "Analysts say the Hwasong-17 is capable of reaching targets 15,000 kilometers away.",
        {("Hwasong-17", "range", 15000, "km")},
    ),
    ("range-nautical", "The Harpoon missile has a range of 67 nautical miles.", {("Harpoon", "range", 67, "nmi")}),
    ("range-of-drone", "Lancet drones have a range of roughly 25 miles.", {("Lancet", "range", 25, "mi")}),
    ("range-unlisted", "The X-45 missile has a range of 1,200 kilometers.", {("X-45", "range", 1200, "km")}),
    ("speed-mach", "The Zircon missile travels at speeds of up to Mach 9.", {("Zircon", "speed", 9, "Mach")}),
    ("speed-mph", "Shahed-136 drones fly at just 115 mph.", {("Shahed-136", "speed", 115, "mph")}),
    (
        "speed-sound",
        "The Avangard missile flies at more than 20 times the speed of sound.",
        {("Avangard", "speed", 20, "Mach")},
    ),
    ("speed-kmh", "The Orlan-10 drone reaches 150 kilometers per hour.", {("Orlan-10", "speed", 150, "km/h")}),
    (
        "speed-word",
        "Russia fired a hypersonic Kinzhal missile at the airfield.",
        {("Kinzhal", "speed", "hypersonic", None), ("Kinzhal", "use", 1, "item")},
    ),
    ("payload-warhead", "The Flamingo missile carries a 1,150-kilogram warhead.", {("Flamingo", "payload", 1150, "kg")}),
    (
        "payload-carry",
        "The drone can carry up to 40 kilograms of explosives, the military said.",
        {("drone", "payload", 40, "kg")},
    ),
    ("payload-of", "The Scud has a payload of about 1,000 kg.", {("Scud", "payload", 1000, "kg")}),
    (
        "range-and-payload",
        "The Fattah missile has a range of 1,400 kilometers and a 450-kilogram warhead.",
        {("Fattah", "payload", 450, "kg"), ("Fattah", "range", 1400, "km")},
    ),
    (
        "caliber-shells",
        "Denmark pledged 5,000 155mm artillery shells.",
        {("155mm artillery shell", "caliber", 155, "mm"), ("155mm artillery shell", "transfer", 5000, "item")},
    ),
    ("caliber-howitzer", "Soldiers trained on 105-millimeter howitzers.", {("105mm howitzer", "caliber", 105, "mm")}),
    ("cost-each", "Patriot interceptors cost about $4 million each.", {("Patriot", "unit_cost", 4000000, "USD")}),
    ("cost-single", "A single F-35 costs $80 million.", {("F-35", "unit_cost", 80000000, "USD")}),
    (
        "cost-premodifier",
        "Houthi fighters downed a $30 million MQ-9 Reaper drone.",
        {("MQ-9 Reaper", "loss", 1, "item"), ("MQ-9 Reaper", "unit_cost", 30000000, "USD")},
    ),
    ("cost-apiece", "Each Shahed drone costs between $20,000 and $50,000.", {("Shahed", "unit_cost", 20000, "USD")}),
    ("quantity-possession", "Pakistan has about 170 nuclear warheads.", {("nuclear warhead", "quantity", 170, "item")}),
    (
        "quantity-arsenal",
        "North Korea's arsenal of 50 nuclear weapons worries Seoul.",
        {("nuclear weapon", "quantity", 50, "item")},
    ),
    ("quantity-range", "The country holds 80 to 90 nuclear warheads.", {("nuclear warhead", "quantity", 80, "item")}),
    ("quantity-fleet", "Germany operates 93 Tornado jets.", {("Panavia Tornado", "quantity", 93, "item")}),
    (
        "quantity-words",
        "The rebels had hundreds of rockets and two dozen tanks.",
        {("rocket", "quantity", 100, "item"), ("tank", "quantity", 24, "item")},
    ),
    ("origin-made", "Soldiers posed with Turkish-made Bayraktar TB2 drones.", {("Bayraktar TB2", "origin", "TR", None)}),
    (
        "origin-us",
        "Troops fired U.S.-made Javelin missiles at the convoy.",
        {("Javelin", "origin", "US", None), ("Javelin", "use", None, None)},
    ),
    ("origin-in", "The missiles were made in Iran, investigators of the army said.", {("missile", "origin", "IR", None)}),
    ("origin-by", "The drones, designed by Iran, hit the port during the war.", {("drone", "origin", "IR", None)}),
    ("manufacturer-by", "The Stinger missile is made by Raytheon.", {("Stinger", "manufacturer", "Raytheon", None)}),
    (
        "manufacturer-compound",
        "Ukraine asked for Lockheed Martin-built F-16 jets.",
        {("F-16", "manufacturer", "Lockheed Martin", None)},
    ),
    (
        "manufacturer-which",
        "Rheinmetall, which makes the Skynex system, will build a plant.",
        {("Skynex", "manufacturer", "Rheinmetall", None)},
    ),
    ("operator-by", "The S-300 systems operated by Greece stayed on Crete.", {("S-300", "operator", "Greece", None)}),
    ("operator-verb", "India operates the S-400.", {("S-400", "operator", "India", None)}),
    ("transfer-sent", "The United States sent Ukraine 31 M1A1 Abrams tanks.", {("M1 Abrams", "transfer", 31, "item")}),
    ("transfer-to", "Germany delivered 18 Leopard 2 tanks to Ukraine in March.", {("Leopard 2", "transfer", 18, "item")}),
    ("transfer-received", "Ukraine received its first F-16s in July.", {("F-16", "transfer", None, None)}),
    ("transfer-passive", "Twelve Caesar howitzers were delivered to Kyiv by France.", {("CAESAR", "transfer", 12, "item")}),
    ("transfer-will", "Canada will send 50 armored vehicles to Ukraine.", {("armored vehicle", "transfer", 50, "item")}),
    (
        "transfer-package",
        "HIMARS launchers are included in a $400 million package for Taiwan.",
        {("HIMARS", "transfer", 400000000, "USD")},
    ),
    (
        "transfer-list",
        "Britain is giving 14 Challenger 2 tanks and 30 AS-90 howitzers.",
        {("AS-90", "transfer", 30, "item"), ("Challenger 2", "transfer", 14, "item")},
    ),
    ("transfer-sale", "Washington approved the sale of 40 F-16s to Turkey.", {("F-16", "transfer", 40, "item")}),
    (
        "authorization-allow",
        "London has allowed Kyiv to use Storm Shadow missiles inside Russia.",
        {("Storm Shadow", "authorization", None, None)},
    ),
    (
        "authorization-permission",
        "Paris gave Ukraine permission to fire SCALP missiles at Russian territory.",
        {("SCALP", "authorization", None, None)},
    ),
    (
        "authorization-use-of",
        "The White House approved the use of ATACMS against the base.",
        {("ATACMS", "authorization", None, None)},
    ),
    (
        "authorization-lifted",
        "Berlin lifted restrictions on the use of Taurus missiles by Ukraine.",
        {("Taurus", "authorization", None, None)},
    ),
    (
        "authorization-passive",
        "Ukraine was permitted to strike Russia with ATACMS.",
        {("ATACMS", "authorization", None, None)},
    ),
    (
        "use-launched",
        "Russia launched 67 drones and a dozen missiles at Kyiv overnight.",
        {("drone", "use", 67, "item"), ("missile", "use", 12, "item")},
    ),
    ("use-with", "Hezbollah attacked the base with 20 Katyusha rockets.", {("Katyusha", "use", 20, "item")}),
    (
        "use-barrage",
        "A barrage of at least 180 ballistic missiles lit up the sky over Israel.",
        {("ballistic missile", "use", 180, "item")},
    ),
    ("use-named", "Ukraine fired Storm Shadow missiles at Crimea on Monday.", {("Storm Shadow", "use", None, None)}),
    (
        "loss-shot-down",
        "The air force said 14 of 20 drones were shot down.",
        {("drone", "loss", 14, "item"), ("drone", "quantity", 20, "item")},
    ),
    ("loss-active", "Air defenses shot down three Su-34 jets.", {("Su-34", "loss", 3, "item")}),
    (
        "loss-ellipsis",
        "Russia fired 50 drones at Odesa, of which 36 were intercepted.",
        {("drone", "loss", 36, "item"), ("drone", "use", 50, "item")},
    ),
    ("loss-lost", "Russia has lost more than 3,000 tanks since the invasion.", {("tank", "loss", 3000, "item")}),
    ("loss-sank", "Naval drones sank a Ropucha-class landing ship.", {("Ropucha-class landing ship", "loss", 1, "item")}),
    ("test-fired", "North Korea test-fired two ballistic missiles.", {("ballistic missile", "test", 2, "item")}),
    ("test-sea", "Pyongyang fired three cruise missiles into the sea on Sunday.", {("cruise missile", "test", 3, "item")}),
    ("test-named", "Russia tested the Burevestnik in October.", {("Burevestnik", "test", None, None)}),
    (
        "acronym",
        "The Army Tactical Missile System was tested in Texas. ATACMS have a range of 190 miles.",
        {("ATACMS", "range", 190, "mi"), ("ATACMS", "test", None, None)},
    ),
    (
        "barrage-and-drones",
        "Overnight, Moscow fired 38 missiles and nearly 500 drones at targets across Ukraine, the air force in Kyiv said.",
        {("drone", "use", 500, "item"), ("missile", "use", 38, "item")},
    ),
    (
        "part-of-drones",
        "Air defense units downed 34 of the 40 Shahed drones, according to the military.",
        {("Shahed", "loss", 34, "item"), ("Shahed", "quantity", 40, "item")},
    ),
    (
        "bought-for",
        "The Pentagon said it will buy 1,500 Tomahawk missiles for $3.2 billion.",
        {("Tomahawk", "transfer", 1500, "item"), ("Tomahawk", "transfer", 3200000000, "USD")},
    ),
    (
        "unit-cost-roughly-million",
        "Each Tomahawk missile costs roughly $2 million.",
        {("Tomahawk", "unit_cost", 2000000, "USD")},
    ),
    (
        "unresolved-system",
        "The system, built by Raytheon, can intercept targets at a distance of up to 160 kilometers. The Patriot battery arrived in April.",
        set(),
    ),
    (
        "donated-launchers",
        "Norway donated two NASAMS launchers and 200 missiles to the Ukrainian military.",
        {("NASAMS", "transfer", 2, "item"), ("missile", "transfer", 200, "item")},
    ),
    (
        "three-facts",
        "The Iranian-designed Shahed-136 drones carry a 50-kilogram warhead and have a range of up to 2,000 kilometers.",
        {("Shahed-136", "origin", "IR", None), ("Shahed-136", "payload", 50, "kg"), ("Shahed-136", "range", 2000, "km")},
    ),
    (
        "possesses",
        "China now possesses more than 600 operational nuclear warheads, the Pentagon estimates.",
        {("nuclear warhead", "quantity", 600, "item")},
    ),
    ("dropped", "The B-2 bomber dropped fourteen 30,000-pound GBU-57 bombs on the site.", {("GBU-57", "use", 14, "item")}),
    ("used-bombers", "Israel's military used seven B-52 bombers in the raid.", {("B-52", "use", 7, "item")}),
    ("ordered", "Taiwan has ordered 66 F-16V fighter jets from the United States.", {("F-16", "transfer", 66, "item")}),
    (
        "contract",
        "Poland signed a $6 billion contract for 180 K2 tanks.",
        {("K2 Black Panther", "transfer", 180, "item"), ("K2 Black Panther", "transfer", 6000000000, "USD")},
    ),
    (
        "downed-by-rebels",
        "The Houthis claimed they shot down an American MQ-9 drone over Marib.",
        {("MQ-9 Reaper", "loss", 1, "item")},
    ),
    (
        "flown-in-a-test",
        "North Korea launched an intercontinental ballistic missile that flew 1,000 kilometers.",
        {
            ("intercontinental ballistic missile", "test", 1000, "km"),
            ("intercontinental ballistic missile", "use", 1, "item"),
        },
    ),
    (
        "warheads-of-the-seat",
        "The Kremlin has about 1,500 deployed strategic nuclear warheads.",
        {("strategic nuclear warhead", "quantity", 1500, "item")},
    ),
    (
        "supplied-with",
        "Washington has supplied Kyiv with more than 40 HIMARS launchers.",
        {("HIMARS", "transfer", 40, "item")},
    ),
    ("pledged-to-send", "Sweden pledged to send 50 CV90 armored vehicles.", {("CV90", "transfer", 50, "item")}),
    (
        "nearest-weapon",
        "The missile can carry both conventional and nuclear warheads and has a range of 2,500 kilometers, the navy said of the Kalibr.",
        {("missile", "range", 2500, "km")},
    ),
    (
        "lost-list",
        "Ukraine lost 12 Leopard 2 tanks and four Bradley fighting vehicles in the offensive.",
        {("Leopard 2", "loss", 12, "item"), ("M2 Bradley", "loss", 4, "item")},
    ),
    (
        "destroyed-launchers",
        "Ukrainian forces destroyed two Russian S-400 launchers in Crimea.",
        {("S-400", "loss", 2, "item")},
    ),
    (
        "handed-over",
        "Two Patriot batteries were handed over to Ukraine by Germany and the Netherlands.",
        {("Patriot", "transfer", 2, "item")},
    ),
    (
        "approved-their-use",
        "The United Kingdom has approved Ukraine's use of Storm Shadow missiles on Russian soil.",
        {("Storm Shadow", "authorization", None, None)},
    ),
    (
        "called-by-name",
        "President Biden authorized Ukraine to fire the long-range weapons, known as ATACMS, deep into Russia.",
        {("ATACMS", "authorization", None, None)},
    ),
    (
        "more-than-away",
        "The Army's new Precision Strike Missile can reach targets more than 250 miles away.",
        {("Precision Strike Missile", "range", 250, "mi")},
    ),
    (
        "costs-of-two",
        "A drone costing $500 can destroy a tank worth $5 million, a colonel of the armored forces said.",
        {("drone", "unit_cost", 500, "USD"), ("tank", "unit_cost", 5000000, "USD")},
    ),
    ("thousands", "Hamas fired thousands of rockets at Israel that morning.", {("rocket", "use", 1000, "item")}),
    (
        "carrier-with-aircraft",
        "The aircraft carrier has 75 aircraft and 5,000 sailors aboard, the navy said.",
        {("aircraft", "quantity", 75, "item")},
    ),
    (
        "will-deliver",
        "France will deliver six Mirage 2000 jets to Ukraine next year.",
        {("Mirage 2000", "transfer", 6, "item")},
    ),
    ("armed-with", "The submarine is armed with 16 Bulava missiles.", {("Bulava", "quantity", 16, "item")}),
    ("can-produce", "Russia can produce about 100 cruise missiles a month.", {("cruise missile", "quantity", 100, "item")}),
    ("carries-warheads", "The Sarmat, which can carry up to 10 nuclear warheads, failed its test.", set()),
    ("seized", "Among the weapons seized were 300 AK-47 rifles, the army said.", {("AK-47", "quantity", 300, "item")}),
    (
        "plans-to-buy",
        "Australia plans to buy at least three Virginia-class submarines.",
        {("Virginia-class submarine", "transfer", 3, "item")},
    ),
    (
        "bought-made",
        "Turkey bought the Russian-made S-400 system in 2019.",
        {("S-400", "origin", "RU", None), ("S-400", "transfer", None, None)},
    ),
    ("manufactured-by", "The S-400 is manufactured by Almaz-Antey.", {("S-400", "manufacturer", "Almaz-Antey", None)}),
    (
        "test-fired-range",
        "India test-fired the Agni-V missile, which has a range of over 5,000 km.",
        {("Agni-V", "range", 5000, "km"), ("Agni-V", "test", None, None)},
    ),
    ("altitude-is-no-range", "The Hwasong-15 flew to an altitude of 4,475 kilometers.", set()),
    (
        "apposition-made-by",
        "Storm Shadow, a cruise missile made by MBDA, has a range of more than 155 miles.",
        {("Storm Shadow", "manufacturer", "MBDA", None), ("Storm Shadow", "range", 155, "mi")},
    ),
    (
        "all-of-which",
        "Russian forces used 12 Iskander-M ballistic missiles, all of which were destroyed.",
        {("Iskander", "loss", 12, "item"), ("Iskander", "use", 12, "item")},
    ),
    (
        "passive-list",
        "A total of 20 tanks, 30 armored vehicles and 11 artillery systems were destroyed, the general staff said.",
        {("armored vehicle", "loss", 30, "item"), ("artillery system", "loss", 11, "item"), ("tank", "loss", 20, "item")},
    ),
    ("supplied-verb", "Iran supplied Russia with Shahed drones.", {("Shahed", "transfer", None, None)}),
    (
        "weight-is-no-payload",
        "The GBU-39 bomb has a range of 46 miles and weighs 250 pounds.",
        {("GBU-39", "range", 46, "mi")},
    ),
    (
        "price-before-noun",
        "The $150 million fighter jet crashed during training, the air force said.",
        {("fighter jet", "unit_cost", 150000000, "USD")},
    ),
    ("name-after-noun", "The new missile, the Fattah-2, reaches a speed of Mach 15.", {("Fattah", "speed", 15, "Mach")}),
    (
        "produces-a-year",
        "Lockheed Martin produces 500 ATACMS a year.",
        {("ATACMS", "manufacturer", "Lockheed Martin", None), ("ATACMS", "quantity", 500, "item")},
    ),
    (
        "in-service-with",
        "A fleet of 36 Rafale jets is in service with India.",
        {("Rafale", "operator", "India", None), ("Rafale", "quantity", 36, "item")},
    ),
    (
        "developed-with-range",
        "Ukraine says it has developed the Palianytsia, a jet-powered missile with a range of 700 km.",
        {("Palianytsia", "range", 700, "km")},
    ),
    ("mortar-caliber", "They fired 120mm mortars at the outpost.", {("120mm mortar", "caliber", 120, "mm")}),
    ("warship-carried", "The warship carried eight Harpoon missiles.", {("Harpoon", "quantity", 8, "item")}),
    (
        "dozens-moved",
        "Belarus said dozens of Russian nuclear warheads had been moved there.",
        {("nuclear warhead", "quantity", 24, "item")},
    ),
    (
        "package-includes",
        "The Biden administration announced a new $275 million weapons package for Ukraine that includes HIMARS ammunition and 155mm artillery shells.",
        {
            ("155mm artillery shell", "caliber", 155, "mm"),
            ("155mm artillery shell", "transfer", 275000000, "USD"),
            ("HIMARS", "transfer", 275000000, "USD"),
        },
    ),
    (
        "struck-with",
        "Israel said its jets struck targets in Iran with more than 200 munitions.",
        {("munition", "use", 200, "item")},
    ),
    (
        "most-of-which",
        "Iran launched more than 180 ballistic missiles at Israel on Oct. 1, most of which were intercepted.",
        {("ballistic missile", "use", 180, "item")},
    ),
    ("deployed-battery", "The United States will deploy a THAAD battery and about 100 soldiers to Israel.", set()),
    (
        "speed-of-sound",
        "The Oreshnik missile flies at 10 times the speed of sound and can carry six warheads, Putin said.",
        {("Oreshnik", "speed", 10, "Mach")},
    ),
    (
        "maker-of",
        "Lockheed Martin, the maker of the F-35, said it would deliver 110 jets this year.",
        {("F-35", "manufacturer", "Lockheed Martin", None), ("jet", "transfer", 110, "item")},
    ),
    (
        "launch-of-new",
        "Kim oversaw the test of a new solid-fuel missile, the Hwasong-19, which flew for 86 minutes.",
        {("Hwasong-19", "test", None, None)},
    ),
    ("donation-of", "Romania approved the donation of a Patriot system to Ukraine.", {("Patriot", "transfer", 1, "item")}),
    (
        "part-of-promised",
        "Ukraine has received 20 of the 85 F-16s promised by Western allies.",
        {("F-16", "quantity", 85, "item"), ("F-16", "transfer", 20, "item")},
    ),
    (
        "made-by-company",
        "The Bayraktar TB2, made by the Turkish company Baykar, costs about $5 million.",
        {("Bayraktar TB2", "manufacturer", "Baykar", None), ("Bayraktar TB2", "unit_cost", 5000000, "USD")},
    ),
    (
        "believed-to-have",
        "Hezbollah is believed to have 150,000 rockets and missiles.",
        {("rocket", "quantity", 150000, "item")},
    ),
    (
        "bomber-shot-down",
        "A Russian Su-24 bomber was shot down by Turkey near the Syrian border.",
        {("Su-24", "loss", 1, "item")},
    ),
    ("navy-fired", "The U.S. Navy fired two SM-3 interceptors to defend Israel.", {("SM-3", "use", 2, "item")}),
    (
        "called-range-and-payload",
        "The missile, known as the Khorramshahr-4, has a 2,000-kilometer range and a 1,500-kilogram warhead.",
        {("Khorramshahr", "payload", 1500, "kg"), ("Khorramshahr", "range", 2000, "km")},
    ),
    (
        "refused-but-range",
        "Scholz has refused to send Taurus missiles, which have a range of 500 kilometers, to Kyiv.",
        {("Taurus", "range", 500, "km")},
    ),
    (
        "sold-list",
        "South Korea sold Poland 48 FA-50 fighters, 672 K9 howitzers and 980 K2 tanks.",
        {
            ("FA-50", "transfer", 48, "item"),
            ("K2 Black Panther", "transfer", 980, "item"),
            ("K9 Thunder", "transfer", 672, "item"),
        },
    ),
    ("requested-money", "The Pentagon requested $49.1 billion for nuclear weapons.", set()),
    ("denied-use", "Moscow denied that it had used the Oreshnik.", set()),
    (
        "price-of-drone",
        "It costs Ukraine $4 million to fire a Patriot interceptor at a $35,000 drone.",
        {("drone", "unit_cost", 35000, "USD")},
    ),
    ("needs", "The general said the army needs 1,000 more drones.", set()),
    (
        "has-been-using",
        "Russia has been using North Korean-made KN-23 missiles since December.",
        {("KN-23", "origin", "KP", None), ("KN-23", "use", None, None)},
    ),
    (
        "struck-and-crashed",
        "Officials said three missiles hit the plant and two drones crashed in a field near the military base.",
        {("drone", "quantity", 2, "item"), ("missile", "use", 3, "item")},
    ),
    (
        "built-by-and-apiece",
        "The B-21 Raider, built by Northrop Grumman, is expected to cost $700 million apiece.",
        {("B-21 Raider", "manufacturer", "Northrop Grumman", None), ("B-21 Raider", "unit_cost", 700000000, "USD")},
    ),
    (
        "launch-travel",
        "The frigate can launch Kalibr missiles that travel up to 2,500 km.",
        {("Kalibr", "range", 2500, "km")},
    ),
    (
        "around-with-conversion",
        "Britain's Storm Shadow has a range of around 250km (155 miles).",
        {("Storm Shadow", "range", 250, "km")},
    ),
    (
        "sit-in-storage",
        "Roughly 1,000 Abrams tanks sit in storage, the Army said.",
        {("M1 Abrams", "quantity", 1000, "item")},
    ),
    (
        "used-supplied",
        "Ukraine used U.S.-supplied ATACMS to strike an ammunition depot in Bryansk on Nov. 19, 2024.",
        {("ATACMS", "use", None, None)},
    ),
    (
        "committed",
        "The Pentagon has committed more than 3,000 Stinger anti-aircraft systems to Ukraine.",
        {("Stinger", "transfer", 3000, "item")},
    ),
    (
        "deal-for-regiments",
        "India and Russia signed a $5.4 billion deal for five S-400 regiments.",
        {("S-400", "transfer", 5400000000, "USD")},
    ),
    (
        "top-speed-no-wingspan",
        "The Shahed has a top speed of 115 miles per hour and a wingspan of 8 feet.",
        {("Shahed", "speed", 115, "mph")},
    ),
    ("drones-sank", "Ukrainian drones sank the Russian patrol ship Sergei Kotov.", set()),
    (
        "confirmed-delivery",
        "German officials confirmed the delivery of 14 Leopard 2 A6 tanks.",
        {("Leopard 2", "transfer", 14, "item")},
    ),
    (
        "fighters-bought",
        "Finland signed an agreement to buy 64 F-35A fighters from Lockheed Martin for $9.4 billion.",
        {("F-35", "transfer", 64, "item"), ("F-35", "transfer", 9400000000.0, "USD")},
    ),
    (
        "forces-intercepted",
        "The ministry of defense in Moscow said its forces had intercepted 45 Ukrainian drones and six ATACMS missiles.",
        {("ATACMS", "loss", 6, "item"), ("drone", "loss", 45, "item")},
    ),
    (
        "could-hit-away",
        "Pyongyang's Hwasong-14 could hit Alaska, about 6,700 kilometers away, experts believe.",
        {("Hwasong-14", "range", 6700, "km")},
    ),
    (
        "handed-over-since",
        "Paris has handed over 30 CAESAR howitzers since the invasion.",
        {("CAESAR", "transfer", 30, "item")},
    ),
    (
        "fired-from-bombers",
        "More than 30 cruise missiles were fired from Tu-95 bombers over the Caspian Sea.",
        {("cruise missile", "use", 30, "item")},
    ),
    (
        "maximum-range",
        "The Israeli-made Spike missile has a maximum range of 32 kilometers.",
        {("Spike", "origin", "IL", None), ("Spike", "range", 32, "km")},
    ),
    ("was-lost", "A Ukrainian MiG-29 was lost during the attack.", {("MiG-29", "loss", 1, "item")}),
    (
        "tested-its",
        "The Turkish navy tested its Atmaca missile, hitting a target 220 km away.",
        {("Atmaca", "test", None, None)},
    ),
    (
        "will-purchase",
        "Japan will purchase 400 Tomahawk missiles from the United States by 2027.",
        {("Tomahawk", "transfer", 400, "item")},
    ),
    (
        "rebels-seized",
        "Rebels seized 12 tanks and 30 armored vehicles from the army.",
        {("armored vehicle", "quantity", 30, "item"), ("tank", "quantity", 12, "item")},
    ),
    (
        "reported-range-and-speed",
        "The Kinzhal has a reported range of 1,500 to 2,000 km and a speed of Mach 10.",
        {("Kinzhal", "range", 1500, "km"), ("Kinzhal", "speed", 10, "Mach")},
    ),
    (
        "said-it-would",
        "Spain's defense ministry said it would supply six Leopard 2A4 tanks.",
        {("Leopard 2", "transfer", 6, "item")},
    ),
    (
        "got-through",
        "Three Shahed drones got through and hit an apartment block, the governor of the armed region said.",
        {("Shahed", "quantity", 3, "item")},
    ),
    (
        "green-light",
        "Washington gave the green light for Ukraine to strike inside Russia with HIMARS.",
        {("HIMARS", "authorization", None, None)},
    ),
    (
        "its-jets",
        "The Netherlands has authorized Kyiv to use its F-16s over Russian territory.",
        {("F-16", "authorization", None, None)},
    ),
    ("flies-jets", "Egypt flies 220 F-16 jets.", {("F-16", "quantity", 220, "item")}),
    ("money-spent-on", "The Pentagon has spent $1 billion on Patriot missiles.", set()),
    (
        "has-launchers",
        "Each battery has six launchers and can track 80 targets at once, the army says.",
        {("launcher", "quantity", 6, "item")},
    ),
    (
        "sank-the-flagship",
        "Ukraine's Neptune missiles sank the Moskva, the flagship of the Black Sea Fleet, in April 2022.",
        {("Moskva", "loss", 1, "item")},
    ),
    (
        "thousands-ready",
        "Iran's parliament warned that thousands of missiles are ready for launch.",
        {("missile", "quantity", 1000, "item")},
    ),
    ("said-it-would-send", "Putin said Russia would send S-300 missiles to Syria.", {("S-300", "transfer", None, None)}),
    (
        "made-in-apposition",
        "The bomb, a 2,000-pound GBU-31, was made in the United States.",
        {("JDAM", "origin", "US", None)},
    ),
    (
        "test-fired-into-sea",
        "Taiwan test-fired 11 HIMARS rockets, 10 of which hit the sea target.",
        {("HIMARS", "test", 11, "item")},
    ),
]

NOT_STATED = [
    "The striker had 12 shots on goal and the keeper saved ten of them.",
    "The paper published a bombshell report on three senators.",
    "Congress renewed the Patriot Act, which has 10 titles.",
    "He ordered a 40-ounce Tomahawk steak for $120.",
    "Stacey Abrams won 1.9 million votes.",
    "The New England Patriots drafted 11 players.",
    "At least 12 people died and 40 were wounded in a missile strike.",
    "Two tanks of propane and a fish tank were in the garage.",
    "Amazon delivered 500 packages by drone last week.",
    "SpaceX launched 60 satellites on a rocket in May.",
    "The army moved some 30,000 soldiers to the border in May.",
    "The storm moved north at 75 mph and knocked out 3,000 power lines.",
    "Think tanks in Washington published 30 papers on trade.",
    "The company cut 400 jobs and shipped 20,000 phones.",
    "The White House is considering whether to allow Ukraine to use ATACMS.",
    "Zelenskyy asked for 25 Patriot batteries.",
    "The United States has not given Ukraine permission to fire ATACMS into Russia.",
    "She drove her Dodge Challenger 2,000 miles across the country.",
    "Twelve drone operators were trained in Poland.",
    "Germany refused to send 100 Taurus missiles.",
    "The town lies 30 miles from the border and the missiles fell 5 miles away.",
    "He scored with a rocket from 30 yards, his fifth of the war of attrition.",
    "If Russia fired 20 missiles, the system would fail.",
    "The bill passed 12 to 3 after a barrage of 50 amendments.",
    "The senator fired back at 12 critics and launched a campaign against the bill.",
    "Police found two knives and a pistol in the car.",
    "The cruise ship carried 3,000 passengers and 1,200 crew.",
    "A Chinook salmon weighing 40 pounds was caught.",
    "The Apache tribe has 15,000 members.",
    "The Tornado killed 12 people and destroyed 300 homes.",
    "Kyiv urged allies to supply 300 tanks.",
    "Sales of the Phantom car rose by 12 percent.",
    "There is no evidence that Iran has 20 nuclear warheads.",
    "Trump threatened to send Tomahawk missiles to Ukraine.",
    "Putin said the use of ATACMS would mean war.",
    "The talks on missile defense lasted 12 hours.",
    "A drone maker raised $40 million from investors.",
    "The navy said 300 sailors were aboard the ship.",
    "Three tank crews and two gunners were hurt in the fighting.",
    "The Falcons beat the Raptors by 12 points.",
    "He wrote 14 novels about the war and a missile scientist.",
    "Fighting in the army killed 20 soldiers and 15 civilians.",
    "The Grad student published 12 papers.",
    "Wind gusts of 60 mph grounded the planes.",
    "Rockets star James Harden scored 40 points against the Spurs.",
    "The Predator film earned $50 million and launched two sequels.",
    "A Hellfire Club meeting drew 200 people.",
    "The hawk and 12 sparrows nested near the harpoon museum.",
    "She took 30 shots of the bomb squad for the paper.",
    "An explosion on Tuesday killed 40 people and injured 200 soldiers.",
    "The jets beat the Bills 21-14 on Sunday, launching a comeback.",
    "He was shot three times with a rifle, police said.",
    "The army deployed 300 soldiers to fight the fire.",
    "The Titan submarine imploded 1,600 feet from the wreck.",
    "He bought two F-150 trucks for $90,000.",
    "The 747 jets flew 1,200 passengers.",
    "A Tesla battery has a range of 300 miles.",
    "The rocket carried 12 satellites into orbit.",
    "The X-59 aircraft will fly over Texas.",
]


@pytest.mark.parametrize(("text", "facts"), [case[1:] for case in STATED], ids=[case[0] for case in STATED])
def test_sentence_states_exactly_these_facts(text: str, facts: set[Stated]) -> None:
    assert stated(text) == facts


@pytest.mark.parametrize("text", NOT_STATED)
def test_sentence_states_no_weapon_fact(text: str) -> None:
    assert stated(text) == set()


QUALIFIED = [
    ("Pakistan has about 170 nuclear warheads.", 170, None, "about"),
    ("Pakistan has nearly 170 nuclear warheads.", 170, None, "about"),
    ("Pakistan has over 170 nuclear warheads.", 170, None, "more_than"),
    ("Pakistan has at least 170 nuclear warheads.", 170, None, "at_least"),
    ("Pakistan has as many as 170 nuclear warheads.", 170, None, "at_most"),
    ("Pakistan has fewer than 170 nuclear warheads.", 170, None, "less_than"),
    ("Pakistan has 170 nuclear warheads.", 170, None, "exactly"),
    ("Pakistan has 160 to 170 nuclear warheads.", 160, 170, "exactly"),
    ("Pakistan has between 160 and 170 nuclear warheads.", 160, 170, "exactly"),
    ("Pakistan has hundreds of nuclear warheads.", 100, None, "at_least"),
    ("Pakistan has two dozen nuclear warheads.", 24, None, "exactly"),
]


@pytest.mark.parametrize(("text", "value", "value_max", "qualifier"), QUALIFIED, ids=[case[0][9:] for case in QUALIFIED])
def test_approximators_and_ranges(text: str, value: float, value_max: float | None, qualifier: str) -> None:
    (fact,) = facts_in(text)
    assert (fact.value, fact.value_max, fact.qualifier) == (value, value_max, qualifier)


PARTIES = [
    ("Russia launched 67 drones and missiles at Kyiv.", "use", "Russia"),
    ("Germany delivered 18 Leopard 2 tanks to Ukraine.", "transfer", "Ukraine"),
    ("The United States sent Ukraine 31 M1A1 Abrams tanks.", "transfer", "Ukraine"),
    ("Taiwan has ordered 66 F-16 fighter jets.", "transfer", "Taiwan"),
    ("London has allowed Kyiv to use Storm Shadow missiles.", "authorization", "Ukraine"),
    ("Ukraine was permitted to strike Russia with ATACMS.", "authorization", "Ukraine"),
    ("Berlin approved the use of Taurus missiles by Ukraine.", "authorization", "Ukraine"),
    ("Air defenses shot down 12 Russian missiles.", "loss", "Russia"),
    ("Pakistan has 170 nuclear warheads.", "quantity", "Pakistan"),
    ("The Houthis fired three ballistic missiles.", "use", "Houthis"),
    ("A general whose country has 170 nuclear warheads spoke.", "quantity", None),
]


@pytest.mark.parametrize(("text", "attribute", "party"), PARTIES, ids=[f"{case[1]}-{case[2]}" for case in PARTIES])
def test_party(text: str, attribute: str, party: str | None) -> None:
    assert [fact.party for fact in facts_in(text) if fact.attribute == attribute][:1] == [party]


REFERRING = [
    (
        "definite-noun",
        "Sweden showed its RBS 15 missile on Monday.\n\nThe Swedish-made missile has a range of 300 kilometers.",
        {("RBS 15", "range", 300, "km"), ("RBS 15", "origin", "SE", None)},
    ),
    (
        "not-of-another-country",
        "Sweden showed its RBS 15 missile on Monday.\n\nThe Chinese-made missile has a range of 300 kilometers.",
        {("missile", "range", 300, "km"), ("missile", "origin", "CN", None)},
    ),
    (
        "not-of-another-kind",
        "The Leopard 2 tank was shown.\n\nThe missile has a range of 300 kilometers.",
        {("missile", "range", 300, "km")},
    ),
    (
        "two-candidates",
        "Sailors compared the Exocet missile and the RBS 15 missile.\n\nThe missile has a range of 70 kilometers.",
        {("missile", "range", 70, "km")},
    ),
    (
        "system-only-after-a-name",
        "Crews drove the NASAMS launcher north. The system has a range of 25 kilometers.",
        {("NASAMS", "range", 25, "km")},
    ),
    ("system-without-a-name", "The system has a range of 25 kilometers.", set()),
    (
        "it",
        "Engineers described the Neptune missile. It has a 150-kilogram warhead.",
        {("Neptune", "payload", 150, "kg")},
    ),
    ("it-with-nothing-before", "It has a range of 900 kilometers.", set()),
    (
        "lead-before-the-name",
        "Washington has allowed Kyiv to fire American long-range missiles at Russia.\n\nOfficials said JASSM had arrived.",
        {("JASSM", "authorization", None, None)},
    ),
    (
        "acronym-and-full-name",
        "The High Mobility Artillery Rocket System arrived. HIMARS has a range of 50 miles.",
        {("HIMARS", "range", 50, "mi")},
    ),
    (
        "said-twice",
        "The Taurus missile has a range of 500 km. Again: the Taurus missile has a range of 500 km.",
        {("Taurus", "range", 500, "km")},
    ),
]


@pytest.mark.parametrize(("text", "facts"), [case[1:] for case in REFERRING], ids=[case[0] for case in REFERRING])
def test_nouns_and_pronouns_refer_to_the_weapon_named_before(text: str, facts: set[Stated]) -> None:
    assert stated(text) == facts


def test_what_is_said_twice_is_one_fact_with_both_places() -> None:
    (fact,) = facts_in("The Taurus missile has a range of 500 km. The Taurus missile has a range of 500 km, he said.")
    assert len(fact.evidence) == 2


def test_claimant_is_the_speaker_of_the_innermost_quote() -> None:
    text = "The ministry said a colonel had told it that 14 drones were shot down by the army. Russia lost 20 tanks."
    outer = quote_of(text, "a colonel had told it that 14 drones were shot down by the army", "s1")
    inner = quote_of(text, "14 drones were shot down by the army", "s2")
    drones, tanks = facts_in(text, outer, inner)
    assert (drones.claimed_by, drones.quote) == ("s2", "q-s2")
    assert (tanks.claimed_by, tanks.quote) == (None, None)


@pytest.mark.parametrize("assertion", ["denied", "questioned", "hypothetical"])
def test_what_a_quote_does_not_assert_is_no_fact(assertion: str) -> None:
    text = "The ministry spoke of whether the army shot down 14 drones."
    assert facts_in(text, quote_of(text, "the army shot down 14 drones", "s1", assertion=assertion)) == ()


def test_si_is_in_base_units_and_money_and_items_stand_for_themselves() -> None:
    text = "The Tomahawk missile has a range of 1,000 miles. A Tomahawk costs $2 million. Britain has 65 Tomahawk missiles."
    measures = {fact.attribute: fact.si for fact in facts_in(text)}
    found = {attribute: (measure.value, measure.unit) for attribute, measure in measures.items() if measure}
    assert found == {"range": (1609344.0, "m"), "unit_cost": (2e6, "USD"), "quantity": (65, "item")}


def test_evidence_holds_the_number_and_the_mention_the_weapon() -> None:
    text = "The Army said: The Storm Shadow missile can hit targets up to 250 kilometers away in any weather."
    (fact,) = facts_in(text)
    assert fact.evidence[0].of(text) == "Storm Shadow missile can hit targets up to 250 kilometers"
    assert fact.mention[0].of(text) == "Storm Shadow missile"


def test_event_takes_the_only_date_of_its_sentence() -> None:
    (dated,) = facts_in("North Korea test-fired two ballistic missiles on March 3, 2023.")
    (said,) = facts_in("The army said on March 3, 2023, that North Korea test-fired two ballistic missiles.")
    assert (dated.on, said.on) == ("2023-03-03", None)


def test_transfer_takes_its_recipient_from_the_sentence_that_names_it() -> None:
    text = (
        "Ottawa approved the transfer of AIM-7 missiles to Ukraine. The AIM-7 missiles are part of a $40 million package."
    )
    (fact,) = facts_in(text)
    assert (fact.value, fact.party) == (40e6, "Ukraine")


def test_general_event_is_not_kept_beside_the_named_one() -> None:
    text = (
        "Paris gave Ukraine permission to fire SCALP missiles.\n\nKyiv was allowed to use long-range missiles, aides said."
    )
    assert stated(text) == {("SCALP", "authorization", None, None)}


def test_lexicon_lists_at_least_300_systems_with_class_and_origin() -> None:
    assert len({system.name for system in systems()}) >= 300
    assert all(system.origin and system.noun and system.heads for system in systems())
    assert all(code.isalpha() and code.isupper() and len(code) == 2 for system in systems() for code in system.origin)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("F16", "F-16"),
        ("F-16s", "F-16"),
        ("F-16AM", "F-16"),
        ("Himars", "HIMARS"),
        ("Su-34s", "Su-34"),
        ("T-72B3M", "T-72"),
        ("David’s Sling", "David's Sling"),
        ("Army Tactical Missile Systems", "ATACMS"),
        ("Kh-47M2 Kinzhal", "Kinzhal"),
    ],
)
def test_spellings_of_a_name(written: str, name: str) -> None:
    found = list(find_names(f"the {written} was", Span(0, len(written) + 8)))
    assert [weapon.system.name for weapon in found[:1]] == [name]


@pytest.mark.parametrize("word", ["tow", "harm", "spike", "XF-16", "F-1600", "grad", "MLRSX"])
def test_what_only_looks_like_a_name(word: str) -> None:
    assert list(find_names(f"the {word} was", Span(0, len(word) + 8))) == []


WORDS = st.sampled_from(
    [
        "Russia",
        "Ukraine",
        "fired",
        "launched",
        "12",
        "“",
        "”",
        ",",
        ".",
        "and",
        "missiles",
        "drones",
        "ATACMS",
        "Storm",
        "Shadow",
        "range",
        "of",
        "190",
        "miles",
        "with",
        "a",
        "the",
        "which",
        "$3",
        "million",
        "155mm",
        "were",
        "shot",
        "down",
        "Javelin",
        "it",
        "can",
        "fly",
        "-made",
        "American",
        "cleared",
        "to",
        "use",
        "\n\n",
        "(",
        ")",
        "F-16s",
        "dozens",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)))
@settings(max_examples=150, deadline=None)
def test_any_text_yields_facts_whose_spans_lie_in_it(text: str) -> None:
    for fact in facts_in(text):
        assert fact.mention
        assert fact.evidence
        for span in (*fact.mention, *fact.evidence):
            assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    "unit",
    [
        "missile ",
        "launched 12 missiles ",
        "“12 missiles ",
        "14 of 20 drones were shot down ",
        "range of 5 km ",
        "1,000,",
        "A-",
    ],
)
def test_a_long_run_of_one_thing_is_read_whole(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    assert len(facts_in(text)) <= 2
