#!/bin/sh
# Makes the seeds from the project's own logs: a few lines of each kind for the reader, the first blocks for each codec.
set -eu
cd "$(dirname "$0")"
logs=../../data/eventlogs
mkdir -p reader lz4_block xerial_snappy lzf
plain=$(echo $logs/3.5-plain/local-*)
awk -F'"' '{ n[$4]++; if (n[$4] <= 2 && length($0) < 9000) print }' "$plain" > reader/one-of-each
grep -E 'LogStart|ApplicationStart|TaskEnd|StageCompleted|ApplicationEnd' "$plain" | cut -c1-4000 | head -20 > reader/cut-lines
head -c 30000 $logs/3.5-lz4/local-*.lz4 > lz4_block/first
head -c 30000 $logs/3.5-snappy/local-*.snappy > xerial_snappy/first
head -c 30000 $logs/3.5-lzf/local-*.lzf > lzf/first
head -c 12000 $logs/3.5-lz4/local-*.lz4 > reader/lz4
head -c 12000 $logs/3.5-snappy/local-*.snappy > reader/snappy
head -c 12000 $logs/3.5-lzf/local-*.lzf > reader/lzf
head -c 12000 $logs/3.5-in-progress/local-* > reader/zstd
gzip -9n < reader/one-of-each > reader/gzip
bzip2 -9 < reader/one-of-each > reader/bzip2
printf 'LZ4Block\025\0\0\0\0\0\0\0\0\0\0\0\0' > lz4_block/end
printf 'ZV\001\000\005\000\006\001ab\100\001' > lzf/reference
