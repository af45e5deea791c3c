#!/usr/bin/env bash
#SBATCH --array=1-50
# One large file into OSS by all tasks of a job array, each of which sends a range of the parts. The one that finds all
# parts there completes the object; its line of JSON has the receipt.
#
#   sluice session /shared/film.mov --endpoint https://oss-cn-shanghai.aliyuncs.com --bucket media --key film.mov \
#       --part-size 64MiB >session.json
#   sbatch docs/examples/job_array.sh /shared/film.mov session.json
#
# All tasks must be able to read the file and the session, and need the credentials in their environment. A task that
# failed or was killed is run again, alone: what it had sent is not sent again. To give the whole up, abort it:
# `sluice clean --endpoint ... --bucket media --prefix film.mov --older-than 0s --abort`.
#
# Other schedulers: set the three SLURM_ variables below from theirs.
set -euo pipefail

file=$1 session=$2
shift 2  # the rest is for sluice part

task=${SLURM_ARRAY_TASK_ID:?}
first_task=${SLURM_ARRAY_TASK_MIN:-1}
tasks=${SLURM_ARRAY_TASK_COUNT:?}

number() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$session"; }
parts=$((($(number size) + $(number part_size) - 1) / $(number part_size)))

index=$((task - first_task))
first=$((parts * index / tasks + 1))
last=$((parts * (index + 1) / tasks))
[ "$first" -le "$last" ] || exit 0  # more tasks than parts

exec "${SLUICE:-sluice}" part "$file" --session "$session" --parts "$first-$last" "$@"
