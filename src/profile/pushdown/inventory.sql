-- The profile of an S3 Inventory, for `shapecast profile RESULT.csv`. Athena engine version 3.
WITH listed AS (
  SELECT {key} AS key, coalesce(size, 0) AS size, coalesce(storage_class, '') AS storage_class,
    cast(floor(to_unixtime(last_modified_date) * 1000) AS bigint) AS modified_ms,
    CASE WHEN coalesce(is_delete_marker, false) THEN 'delete-marker'
      WHEN NOT coalesce(is_latest, true) THEN 'noncurrent' ELSE 'current' END AS state
  FROM {table}{condition}
),
named AS (
  SELECT *, coalesce(regexp_extract(key, '^(.*)/[^/]*$', 1), '') AS folder, regexp_extract(key, '[^/]*$') AS file
  FROM listed
),
judged AS (
  SELECT *, CASE
      WHEN file = '' OR regexp_like(file, '_[$]folder[$]$') THEN 'folder-marker'
      WHEN regexp_like(key, '(^|/)([.][^/]*|_[^/=]*)(/|$)') THEN 'hidden'
      WHEN regexp_like(file, '[.]metadata[.]json$')
        OR (regexp_like(folder, '(^|/)metadata$') AND regexp_like(file, '([.]avro|[.]stats|[.]puffin|version-hint[.]text)$')) THEN 'table-metadata'
      WHEN upper(storage_class) IN ('GLACIER', 'DEEP_ARCHIVE', 'ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS') THEN 'archived'
      ELSE '' END AS left_out,
    CASE WHEN modified_ms IS NULL THEN 'undated' WHEN modified_ms > {now_ms} THEN 'future-date'
      WHEN modified_ms < {earliest_ms} THEN 'before-s3' ELSE '' END AS odd_time,
    lower(coalesce(regexp_extract(file, '([.][A-Za-z]{1,8})?[.][A-Za-z0-9]{1,8}$'), '')) AS suffix
  FROM named
),
live AS (SELECT * FROM judged WHERE state = 'current'),
data AS (SELECT * FROM live WHERE left_out = ''),
per_folder AS (
  SELECT depth, array_join(slice(split(folder, '/'), 1, depth), '/') AS name, size < {small} AS is_small,
    count(*) AS objects, sum(size) AS bytes
  FROM data CROSS JOIN UNNEST(sequence(0, {max_depth})) AS levels (depth)
  GROUP BY 1, 2, 3
),
chosen AS (
  SELECT max(depth) AS depth FROM (SELECT depth, count(DISTINCT name) AS folders FROM per_folder GROUP BY depth)
  WHERE folders <= {most_folders}
)
SELECT 'meta' AS section, 'objects' AS name, bigint '1' AS number, bigint '0' AS objects, bigint '0' AS bytes
UNION ALL SELECT 'source', '', 0, count(*), 0 FROM listed
UNION ALL SELECT 'state', state, 0, count(*), sum(size) FROM judged GROUP BY state
UNION ALL SELECT 'class', storage_class, 0, count(*), sum(size) FROM judged GROUP BY storage_class
UNION ALL SELECT 'odd', left_out, 0, count(*), sum(size) FROM live WHERE left_out <> '' GROUP BY left_out
UNION ALL SELECT 'odd', odd_time, 0, count(*), sum(size) FROM data WHERE odd_time <> '' GROUP BY odd_time
UNION ALL SELECT 'odd', 'zero-byte', 0, count(*), 0 FROM data WHERE size = 0
UNION ALL SELECT 'odd', 'control-characters', 0, count(*), coalesce(sum(size), 0) FROM live WHERE regexp_like(key, '[\x00-\x1f\x7f]')
UNION ALL SELECT 'table', 'delta', 0, count(*), 0 FROM live WHERE left_out = 'hidden' AND regexp_like(folder, '(^|/)_delta_log(/|$)')
UNION ALL SELECT 'table', 'hudi', 0, count(*), 0 FROM live WHERE left_out = 'hidden' AND regexp_like(folder, '(^|/)[.]hoodie(/|$)')
UNION ALL SELECT 'table', 'iceberg', 0, count(*), 0 FROM live WHERE left_out = 'table-metadata'
UNION ALL SELECT 'size', '', CASE WHEN size = 0 THEN 0 ELSE length(to_base(size, 2)) END, count(*), sum(size) FROM data GROUP BY 3
UNION ALL SELECT 'minute', '', modified_ms / 60000, count(*), sum(size) FROM data WHERE odd_time = '' GROUP BY 3
UNION ALL SELECT 'span', 'first', min(modified_ms), 0, 0 FROM data WHERE odd_time = ''
UNION ALL SELECT 'span', 'last', max(modified_ms), 0, 0 FROM data WHERE odd_time = ''
UNION ALL SELECT 'suffix', suffix, if(size > 134217728, 1, 0), count(*), sum(size) FROM data GROUP BY 2, 3
UNION ALL SELECT 'suffix-largest', suffix, 0, 0, max(size) FROM data GROUP BY suffix
UNION ALL SELECT 'folder-depth', '', depth, 0, 0 FROM chosen
UNION ALL SELECT 'folder', name, if(is_small, 1, 0), objects, bytes FROM per_folder JOIN chosen ON per_folder.depth = chosen.depth
UNION ALL SELECT 'largest', key, 0, 0, size FROM (SELECT key, size FROM data ORDER BY size DESC, key LIMIT 5)
