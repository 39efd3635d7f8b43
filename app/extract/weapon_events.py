"""What is done with weapons: used, lost, tested, transferred, authorized, held; each with how many and by or to whom."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.extract.document import Attribute, Span
from app.extract.lexicon import load
from app.extract.nations import Nation
from app.extract.quantity import Amount
from app.extract.weapon_coreference import Referent, WeaponReferents
from app.extract.weapon_finding import Finding, joined, measured
from app.extract.weapon_mentions import Passage, WeaponMention
from app.extract.weapon_verbs import VerbHit, find_verbs, happens, inflected

GAP = 8  # tokens between a verb and its object, or between the members of a list
LIST_GAP = 24  # ... where a list of other things comes first
PARTY_REACH = 14  # tokens between a verb and who does it
# Between a verb and its object stands none of these: they begin another phrase or clause.
BORDERS = frozenset(
    "at on in into from that which who whom when while after before because against over near said says by via toward"
    " towards through during for about than whether where as but though although with".split()
) | frozenset(";:—–()“”\"")
# "a barrage of 50 missiles", "an attack with 20 drones".
ATTACK_WITH = re.compile(
    r"\b(?:attacks?|barrages?|strikes?|airstrikes?|waves?|salvos?|salvoe?s|volleys?|swarms?|assaults?|bombardments?|raids?)\s"
    r"(?:\w+\s){0,4}?(?:of|with|using|involving|that\s(?:included|involved|used))\s(?:\w+\s){0,3}$",
    re.I,
)
STOCK_OF = re.compile(
    r"\b(?:arsenal|stockpiles?|fleets?|inventory|inventories|stocks?|stores?|cache|there (?:are|were)|squadrons?|number)\s"
    r"(?:of\s)?(?:\w+\s){0,2}$", re.I,
)
ELLIPSIS = re.compile(r"\s(?:of\s(?:them|which|these|those|the\s\w+)\s)?(?:\w+ly\s|all\s|of\sthem\s)?(?:had\sbeen|have\sbeen|has\sbeen|were|was|being)\s", re.I)
OF_WHICH = re.compile(r"\b(?:of (?:them|which|these|those))\W{0,2}$|\b(?:shot|shooting|took|bringing|brought) down\s$|\b(?:downed|intercepted|destroyed|downing|intercepting|destroying)\s$", re.I)
PACKAGE_AFTER = re.compile(
    r"[\s-](?:[\w.’'-]+\s){0,5}?(?:package|aid|deal|sale|contract|assistance|shipment|agreement|tranche|purchase|order)\b", re.I
)
IN_PACKAGE = re.compile(r"\b(?:included in|part of|as part of|contained in|covered by|under|in)\s(?:the|a|an|that|this|its|another|what)?\s?$", re.I)
PACKAGE_HOLDS = re.compile(r"\b(?:including|includes?|included|contains?|contained|containing|consist\w*\sof|compris\w+|featuring|features|will provide|provides|for)\b", re.I)
SALE = re.compile(r"\b(?:sale|sell|sold|selling|buy|bought|buying|purchase|purchased|order|ordered|deal|contract|acquire|acquisition|procure|procurement|buying)\b", re.I)
SALE_PRICE = re.compile(r"\b(?:for|worth|valued at|at a cost of|costing|at|estimated at|estimated cost of)\s(?:an?\s|the\s)?(?:estimated\s|about\s|around\s|some\s)?$", re.I)
TRANSFER_OF = re.compile(r"\b(?P<noun>transfer|delivery|deliveries|sale|shipments?|supply|provision|donation|export)\s+of\s(?:\w+\s){0,3}$", re.I)
DECIDED = re.compile(r"\b(?:approved?|approves|approving|signed off on|announced|announces|authorized|authorised|agreed to|green-?lit|confirmed|completed|began|started|cleared|ordered|welcomed)\b[^.;]{0,40}$", re.I)
PERMISSION = re.compile(
    r"\b(?:gave|given|give|gives|granted|grants|grant|received|got|gets|has|have|had|with|after getting|secured)\b[^.;]{0,40}?"
    r"\b(?:permission|approval|green light|go-ahead|authorization|authorisation|clearance|consent)\b", re.I,
)
LIFTED = re.compile(r"\b(?:lifted|lifting|lifts|dropped|eased|easing|removed|ended|scrapped|loosened|relaxed)\b[^.;]{0,30}?\b(?:restrictions?|ban|limits?|prohibition|curbs|constraints)\b", re.I)
TO_USE = re.compile(r"\b(?:to|on|of|the)\s(?:\w+ly\s)?(?:start\s)?(?:use|using|fire|firing|launch|launching|employ|employing|deploy|strike|striking|hit|hitting|attack|attacking|target|lob|shoot)\b", re.I)


class _Clause(NamedTuple):
    passage: Passage
    referents: WeaponReferents
    verbs: tuple[VerbHit, ...]
    verb_tokens: frozenset[int]


def find_events(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """What `passage` says was done with weapons, and how many of them there are."""
    if not passage.mentions and not passage.amounts:
        return
    verbs = find_verbs(passage)
    clause = _Clause(passage, referents, verbs, frozenset(hit.first for hit in verbs))
    counted: set[Span] = set()
    for finding in _done(clause):
        counted.add(finding.mention)
        yield finding
    yield from _authorized(clause)
    yield from _in_packages(clause)
    yield from _nominal_transfers(clause)
    yield from _elliptic(clause)
    yield from _other_counts(clause, counted)


def _done(clause: _Clause) -> Iterator[Finding]:
    seen: set[tuple[Span, Attribute]] = set()
    for hit in clause.verbs:
        for mention in _weapons_of(clause, hit):
            if (mention.span, hit.attribute) in seen or not hit.real:
                continue
            finding = _event(clause, hit, mention)
            if finding is not None:
                seen.add((mention.span, hit.attribute))
                yield finding


def _weapons_of(clause: _Clause, hit: VerbHit) -> list[WeaponMention]:
    """The weapons that the verb is about: its objects, or its subjects in the passive."""
    if hit.strikes:
        return _instruments(clause, hit)
    subject = _subject(clause, hit)
    if hit.passive:
        return _listed_before(clause, subject) if subject else []
    if hit.form == "participle" and subject and subject.last == hit.first and _is_reduced(clause, hit):
        return [subject]
    return _objects(clause, hit.last)


def _is_reduced(clause: _Clause, hit: VerbHit) -> bool:
    """"The drones launched by …", "missiles fired at …": no object follows the participle."""
    following = clause.passage.tokens[hit.last].lower if hit.last < clause.passage.sentence.last else "."
    return following in BORDERS | {"overnight", "to", ".", ",", "on", "since", "this", "last", "and"}


def _objects(clause: _Clause, start: int) -> list[WeaponMention]:
    """The listed weapons that begin after token `start`."""
    found: list[WeaponMention] = []
    passage = clause.passage
    index = passage.mentions_until(passage.tokens[start].start) if start < passage.sentence.last else len(passage.mentions)
    position = start
    while index < len(passage.mentions):
        mention = passage.mentions[index]
        if not _is_open(clause, position, mention.first):
            break
        if not mention.modifies:
            found.append(mention)
        position, index = mention.last, index + 1
    return found


def _is_open(clause: _Clause, first: int, last: int) -> bool:
    """Whether nothing between two tokens begins another phrase or clause."""
    words = [clause.passage.tokens[index].lower for index in range(first, min(last, first + LIST_GAP + 1))]
    if len(words) > (LIST_GAP if "," in words else GAP):
        return False
    return BORDERS.isdisjoint(words) and clause.verb_tokens.isdisjoint(range(first, last))


def _subject(clause: _Clause, hit: VerbHit) -> WeaponMention | None:
    passage = clause.passage
    index = passage.mentions_until(passage.tokens[hit.first].start) - 1
    if index < 0:
        return None
    mention = passage.mentions[index]
    gap = range(mention.last, hit.first)
    if mention.modifies or len(gap) > GAP + 4 or _leaves_clause(clause, gap):
        return None
    return mention


def _leaves_clause(clause: _Clause, gap: range) -> bool:
    words = [clause.passage.tokens[index].lower for index in gap]
    return any(word in (";", ":", "and", "but", "while", "who", "when", "”", "“", '"') for word in words)


def _listed_before(clause: _Clause, last: WeaponMention) -> list[WeaponMention]:
    """`last` and the weapons before it in the same list."""
    passage, found = clause.passage, [last]
    index = passage.mentions_until(last.span.start) - 1
    while index >= 0 and _is_list(clause, passage.mentions[index].last, found[0].first):
        found.insert(0, passage.mentions[index])
        index -= 1
    return [mention for mention in found if not mention.modifies]


def _is_list(clause: _Clause, first: int, last: int) -> bool:
    words = [clause.passage.tokens[index].lower for index in range(first, last)]
    return len(words) <= GAP and bool({",", "and"} & set(words)) and _is_open(clause, first, last)


def _instruments(clause: _Clause, hit: VerbHit) -> list[WeaponMention]:
    """"Struck the port with 20 drones"; "20 drones struck the port"."""
    passage = clause.passage
    for index in range(hit.last, min(hit.last + PARTY_REACH, passage.sentence.last)):
        if passage.tokens[index].lower in ("with", "using", "by"):
            return _objects(clause, index + 1)
        if index in clause.verb_tokens or passage.tokens[index].text in ";:":
            break
    subject = _subject(clause, hit)
    near = subject is not None and hit.first - subject.last <= 2 and not hit.passive
    return [subject] if near and subject and (subject.amount or subject.determiner == "a") else []


def _event(clause: _Clause, hit: VerbHit, mention: WeaponMention) -> Finding | None:
    referent = clause.referents.of(mention)
    if referent is None:
        return None
    attribute = _attribute(clause, hit, mention)
    party = _party(clause, hit, mention)
    evidence = joined(_verb_span(clause, hit), mention.phrase)
    if mention.amount is not None:
        return measured(referent, mention.span, attribute, mention.amount, evidence, party)
    if attribute == "quantity":
        return None
    if attribute == "operator":
        value = party if referent.system else None
        return Finding(referent, mention.span, "operator", evidence, value=value, party=value, confidence=0.7) if value else None
    if mention.determiner in ("a", "an", "another", "one") and not mention.plural:
        return _single(referent, mention, attribute, evidence, party)
    if referent.system is None and not mention.listed:
        return None
    return Finding(referent, mention.span, attribute, evidence, party=party, confidence=0.7)


def _single(referent: Referent, mention: WeaponMention, attribute: Attribute, evidence: Span, party: str | None) -> Finding:
    one = Amount(mention.phrase, mention.phrase, 1.0, None, None, "count", "exactly")
    return measured(referent, mention.span, attribute, one, evidence, party)


def _attribute(clause: _Clause, hit: VerbHit, mention: WeaponMention) -> Attribute:
    if hit.attribute == "operator" and mention.amount:
        return "quantity"
    if hit.attribute == "use" and hit.lemma in ("fire", "launch"):
        following = clause.passage.tokens[mention.last : min(mention.last + GAP, clause.passage.sentence.last)]
        if any(token.lower in load("weapon_cues")["trial"]["words"] for token in following):
            return "test"
    return hit.attribute


def _verb_span(clause: _Clause, hit: VerbHit) -> Span:
    return Span(clause.passage.tokens[hit.first].start, clause.passage.tokens[hit.last - 1].end)


def _party(clause: _Clause, hit: VerbHit, mention: WeaponMention) -> str | None:
    """Whose weapons they are or become: the user, owner or recipient, if a country or armed group is named as such."""
    owner = mention.nations[0].name if mention.nations else None
    if hit.attribute == "loss":
        return _doer(clause, hit) if hit.lemma == "lose" and not hit.passive else owner
    if hit.attribute == "transfer":
        receives = hit.lemma in load("weapon_cues")["receiving"]["verbs"]
        return (_doer(clause, hit) if receives else None) or _recipient(clause, hit, mention)
    return _doer(clause, hit) or owner


def _doer(clause: _Clause, hit: VerbHit) -> str | None:
    if hit.passive or hit.form == "participle" and _is_reduced(clause, hit):
        return _nation_after_by(clause, hit.last)
    floor = clause.passage.tokens[max(clause.passage.sentence.first, hit.first - PARTY_REACH)].start
    return _last_nation(clause.passage.nations, floor, clause.passage.tokens[hit.first].start)


def _last_nation(nations: tuple[Nation, ...], floor: int, ceiling: int) -> str | None:
    found = [nation for nation in nations if floor <= nation.span.start < ceiling]
    return found[-1].name if found else None


def _nation_after_by(clause: _Clause, index: int) -> str | None:
    passage = clause.passage
    for position in range(index, min(index + 4, passage.sentence.last)):
        if passage.tokens[position].lower == "by":
            start, end = passage.tokens[position].end, passage.tokens[min(position + 4, passage.sentence.last - 1)].end
            return next((nation.name for nation in passage.nations if start <= nation.span.start < end), None)
    return None


def _recipient(clause: _Clause, hit: VerbHit, mention: WeaponMention) -> str | None:
    passage = clause.passage
    dative = _last_nation(passage.nations, passage.tokens[hit.last - 1].end, mention.phrase.start)
    return dative or _nation_after_to(passage, max(mention.last, hit.last))


def _nation_after_to(passage: Passage, index: int) -> str | None:
    for position in range(index, min(index + PARTY_REACH, passage.sentence.last - 1)):
        if passage.tokens[position].lower in ("to", "for") :
            start, end = passage.tokens[position].end, passage.tokens[min(position + 3, passage.sentence.last - 1)].end
            found = next((nation.name for nation in passage.nations if start <= nation.span.start < end), None)
            if found:
                return found
    return None


def _authorized(clause: _Clause) -> Iterator[Finding]:
    """"Cleared Ukraine to use …", "approved the use of …", "permission to fire …", "lifted the ban on using …"."""
    passage = clause.passage
    for mention in passage.mentions:
        referent = clause.referents.of(mention)
        if referent is None or mention.modifies:
            continue
        floor = passage.tokens[max(passage.sentence.first, mention.first - 24)].start
        grant = _grant(passage, floor, mention)
        if grant is None:
            continue
        party = _allowed(passage, grant, mention)
        yield Finding(referent, mention.span, "authorization", joined(grant, mention.span), party=party, confidence=0.8)


def _grant(passage: Passage, floor: int, mention: WeaponMention) -> Span | None:
    """The words that give leave, if they are about using the weapon and said to be so."""
    text = passage.layout.text
    found = _granting_verb(passage, floor, mention)
    for pattern in (PERMISSION, LIFTED):
        match = pattern.search(text, floor, mention.phrase.start)
        if match and happens(passage, passage.layout.token_at(match.start()), planned_counts=True):
            found = Span(*match.span())
    if found is None:
        return None
    rest = text[found.end : mention.phrase.start]
    is_direct = re.fullmatch(r"\s(?:the\s)?(?:use\sof\s)?(?:the\s|these\s|those\s|its\s)?", rest) and "use" in rest
    if TO_USE.search(rest) or is_direct or _authorizes_weapon(passage, found, rest, mention):
        return found
    return None


def _authorizes_weapon(passage: Passage, verb: Span, rest: str, mention: WeaponMention) -> bool:
    # "By authorizing long-range missiles to strike …"
    is_authorizing = verb.of(passage.layout.text).lower().startswith("author")
    following = passage.tokens[mention.last].lower if mention.last < passage.sentence.last else ""
    return is_authorizing and len(rest) <= 8 and following in ("to", "for", "against")


def _granting_verb(passage: Passage, floor: int, mention: WeaponMention) -> Span | None:
    words = _granting_words()
    for index in range(mention.first - 1, passage.layout.token_at(floor) - 1, -1):
        token = passage.tokens[index]
        if token.lower in words and happens(passage, index, planned_counts=True) and not _is_weighed(passage, index):
            return token.span
    return None


def _is_weighed(passage: Passage, index: int) -> bool:
    return passage.tokens[index - 1].lower in ("the", "a", "an", "clear", "not") if index > passage.sentence.first else False


def _granting_words() -> frozenset[str]:
    listed = load("weapon_cues")["authorizing"]["verbs"]
    return frozenset(word for verb in listed for word in inflected(verb))


def _allowed(passage: Passage, grant: Span, mention: WeaponMention) -> str | None:
    """Who may: between the grant and the weapon, before a passive grant, or after the weapon with "by"."""
    between = [nation for nation in passage.nations if grant.end <= nation.span.start < mention.phrase.start]
    if between:
        return between[0].name
    index = passage.layout.token_at(grant.start)
    if index > passage.sentence.first and passage.tokens[index - 1].lower in ("was", "were", "been", "is", "are"):
        floor = passage.tokens[max(passage.sentence.first, index - PARTY_REACH)].start
        return _last_nation(passage.nations, floor, grant.start)
    for position in range(mention.last, min(mention.last + 4, passage.sentence.last)):
        if passage.tokens[position].lower == "by":
            start = passage.tokens[position].end
            return next((nation.name for nation in passage.nations if start <= nation.span.start <= start + 5), None)
    return None


def _in_packages(clause: _Clause) -> Iterator[Finding]:
    """Money of an aid package or sale that a weapon is part of."""
    passage, text = clause.passage, clause.passage.layout.text
    for amount in passage.amounts:
        if amount.dimension != "money":
            continue
        for mention in _packaged(passage, text, amount):
            referent = clause.referents.of(mention)
            if referent is None or mention.modifies or not (referent.system or mention.amount or mention.nations):
                continue
            party = _nation_after_to(passage, min(mention.first, passage.layout.token_at(amount.span.start)))
            evidence = joined(mention.phrase, amount.phrase)
            yield measured(referent, mention.span, "transfer", amount, evidence, party)


def _packaged(passage: Passage, text: str, amount: Amount) -> list[WeaponMention]:
    sentence = passage.sentence.span
    before = text[max(sentence.start, amount.phrase.start - 60) : amount.phrase.start]
    index = passage.mentions_until(amount.span.start)
    earlier = passage.mentions[index - 1] if index else None
    package = PACKAGE_AFTER.match(text, amount.phrase.end, sentence.end)
    if package and IN_PACKAGE.search(before) and earlier and amount.span.start - earlier.span.end < 80:
        return [earlier]
    if package and index < len(passage.mentions):
        later = passage.mentions[index]
        held = PACKAGE_HOLDS.search(text, package.end(), later.phrase.start)
        return [later] if held and later.phrase.start - package.end() < 60 else []
    if SALE_PRICE.search(before) and earlier and amount.span.start - earlier.span.end < 60 and SALE.search(text, max(sentence.start, earlier.phrase.start - 60), earlier.phrase.start):
        each = re.match(r"\s(?:each|apiece|per\b|a piece)", text[amount.phrase.end : amount.phrase.end + 12])
        return [] if each else [earlier]
    return []


def _nominal_transfers(clause: _Clause) -> Iterator[Finding]:
    """"Signed off on the transfer of ATACMS to Ukraine"."""
    passage, text = clause.passage, clause.passage.layout.text
    for mention in passage.mentions:
        start = max(passage.sentence.span.start, mention.phrase.start - 40)
        noun = TRANSFER_OF.search(text, start, mention.phrase.start)
        referent = clause.referents.of(mention)
        if noun is None or referent is None or mention.modifies:
            continue
        if not DECIDED.search(text[max(passage.sentence.span.start, noun.start() - 70) : noun.start()]):
            continue
        if not happens(passage, passage.layout.token_at(noun.start()), planned_counts=True):
            continue
        party = _nation_after_to(passage, mention.last)
        evidence = joined(Span(*noun.span()), mention.phrase)
        if mention.amount:
            yield measured(referent, mention.span, "transfer", mention.amount, evidence, party)
        elif referent.system:
            yield Finding(referent, mention.span, "transfer", evidence, party=party, confidence=0.7)


def _elliptic(clause: _Clause) -> Iterator[Finding]:
    """"Russia launched 50 drones, 30 of which were shot down": a number that stands for the weapons named before it."""
    passage, text = clause.passage, clause.passage.layout.text
    counted = {mention.amount.span for mention in passage.mentions if mention.amount}
    counted |= {mention.total.span for mention in passage.mentions if mention.total}
    for amount in passage.amounts:
        if amount.dimension != "count" or amount.joined or amount.span in counted:
            continue
        link = ELLIPSIS.match(text, amount.phrase.end, passage.sentence.span.end)
        if link is None:
            continue
        hit = next((hit for hit in clause.verbs if 0 <= hit.first - passage.layout.token_at(link.end()) <= 1), None)
        whole = _counted_before(clause, amount)
        if hit is None or whole is None or not hit.real or hit.attribute not in ("loss", "use"):
            continue
        mention, referent = whole
        evidence = joined(amount.phrase, _verb_span(clause, hit))
        party = mention.nations[0].name if mention.nations else None
        yield measured(referent, mention.span, hit.attribute, amount, evidence, party)


def _counted_before(clause: _Clause, amount: Amount) -> tuple[WeaponMention, Referent] | None:
    passage = clause.passage
    for index in range(passage.mentions_until(amount.span.start) - 1, -1, -1):
        mention = passage.mentions[index]
        referent = clause.referents.of(mention)
        if referent is not None and mention.amount and not mention.modifies:
            return mention, referent
    return None


def _other_counts(clause: _Clause, counted: set[Span]) -> Iterator[Finding]:
    """Counts that no verb of the lexicon takes: of an attack, of a stock, or just there."""
    passage, text = clause.passage, clause.passage.layout.text
    for mention in passage.mentions:
        referent = clause.referents.of(mention)
        amount = mention.total if mention.span in counted else mention.amount
        if amount is None or referent is None or mention.modifies:
            continue
        before = text[max(passage.sentence.span.start, mention.phrase.start - 60) : mention.phrase.start]
        if ATTACK_WITH.search(before):
            yield measured(referent, mention.span, "use", amount, joined(amount.phrase, mention.span))
        elif mention.total is amount or STOCK_OF.search(before) or _is_sure(clause, mention):
            party = mention.nations[0].name if mention.nations else None
            yield measured(referent, mention.span, "quantity", amount, joined(amount.phrase, mention.span), party)


def _is_sure(clause: _Clause, mention: WeaponMention) -> bool:
    return happens(clause.passage, mention.first, planned_counts=True)
