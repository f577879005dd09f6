-- The profile of an S3 Inventory, for `shapecast profile RESULT.csv`. Athena engine version 3.
-- Athena plans a named part anew wherever it is named, so every object says all that it counts for in one reading; only the
-- largest objects take a second one.
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
facts AS (
  SELECT *, state = 'current' AS live, state = 'current' AND left_out = '' AS is_data FROM judged
),
told AS (
  SELECT fact.section AS section, fact.name AS name, fact.number AS number, count(*) AS objects, sum(fact.bytes) AS bytes,
    count_if(size < {small}) AS small_objects, sum(if(size < {small}, fact.bytes, 0)) AS small_bytes,
    max(size) AS largest, min(modified_ms) AS first_ms, max(modified_ms) AS last_ms
  FROM facts CROSS JOIN UNNEST(ARRAY[
    ROW(true, 'source', '', bigint '0', bigint '0'),
    ROW(true, 'state', state, bigint '0', size),
    ROW(true, 'class', storage_class, bigint '0', size),
    ROW(live AND left_out <> '', 'odd', left_out, bigint '0', size),
    ROW(is_data AND odd_time <> '', 'odd', odd_time, bigint '0', size),
    ROW(is_data AND size = 0, 'odd', 'zero-byte', bigint '0', bigint '0'),
    ROW(live AND regexp_like(key, '[\x00-\x1f\x7f]'), 'odd', 'control-characters', bigint '0', size),
    ROW(live AND left_out = 'hidden' AND regexp_like(folder, '(^|/)_delta_log(/|$)'), 'table', 'delta', bigint '0', bigint '0'),
    ROW(live AND left_out = 'hidden' AND regexp_like(folder, '(^|/)[.]hoodie(/|$)'), 'table', 'hudi', bigint '0', bigint '0'),
    ROW(live AND left_out = 'table-metadata', 'table', 'iceberg', bigint '0', bigint '0'),
    ROW(is_data, 'size', '', if(size = 0, bigint '0', length(to_base(size, 2))), size),
    ROW(is_data AND odd_time = '', 'minute', '', modified_ms / 60000, size),
    ROW(is_data AND odd_time = '', 'span', '', bigint '0', bigint '0'),
    ROW(is_data, 'suffix', suffix, if(size > 134217728, bigint '1', bigint '0'), size),
    ROW(is_data, 'suffix-largest', suffix, bigint '0', bigint '0'),
{folders}
  ]) AS fact (holds, section, name, number, bytes)
  WHERE fact.holds
  GROUP BY 1, 2, 3
),
counted AS (
  SELECT *, count(*) OVER (PARTITION BY section, number) AS alike FROM told
),
placed AS (
  SELECT *, max(if(section = 'folder', number)) OVER () AS depth
  FROM counted WHERE section <> 'folder' OR alike <= {most_folders}
)
SELECT 'meta' AS section, 'objects' AS name, bigint '1' AS number, bigint '0' AS objects, bigint '0' AS bytes
UNION ALL SELECT line.section, line.name, line.number, line.objects, line.bytes
FROM placed CROSS JOIN UNNEST(ARRAY[
  ROW(section NOT IN ('span', 'suffix-largest', 'folder'), section, name, number, objects, bytes),
  ROW(section = 'span', 'span', 'first', first_ms, bigint '0', bigint '0'),
  ROW(section = 'span', 'span', 'last', last_ms, bigint '0', bigint '0'),
  ROW(section = 'suffix-largest', 'suffix-largest', name, bigint '0', bigint '0', largest),
  ROW(section = 'source', 'folder-depth', '', depth, bigint '0', bigint '0'),
  ROW(section = 'folder' AND number = depth AND small_objects > 0, 'folder', name, bigint '1', small_objects, small_bytes),
  ROW(section = 'folder' AND number = depth AND objects > small_objects, 'folder', name, bigint '0', objects - small_objects, bytes - small_bytes)
]) AS line (holds, section, name, number, objects, bytes)
WHERE line.holds
UNION ALL SELECT 'largest', key, 0, 0, size FROM (SELECT key, size FROM facts WHERE is_data ORDER BY size DESC, key LIMIT 5)
