

def listed(spark, source):
    if is_path(source):
        kind = "orc" if source.rstrip("/").endswith(".orc") else "parquet"
        frame = spark.read.format(kind).load(source)
    else:
        frame = spark.table(source)
    if CONDITION:
        frame = frame.where(CONDITION)
    have = {name.lower(): name for name in frame.columns}

    def column(name, kind, missing):
        return F.col(have[name]).cast(kind) if name in have else F.lit(missing).cast(kind)

    key = column("key", "string", None)
    latest = F.coalesce(column("is_latest", "boolean", True), F.lit(True))
    marker = F.coalesce(column("is_delete_marker", "boolean", False), F.lit(False))
    return frame.select(
        (F.expr("url_decode(%s)" % have["key"]) if URL_ENCODED else key).alias("key"),
        F.coalesce(column("size", "bigint", 0), F.lit(0)).alias("size"),
        F.coalesce(column("storage_class", "string", ""), F.lit("")).alias("storage_class"),
        F.expr("unix_millis(%s)" % have["last_modified_date"]).alias("modified_ms"),
        F.when(marker, "delete-marker").when(~latest, "noncurrent").otherwise("current").alias("state"),
    )


def judged(frame):
    frame = frame.withColumn("folder", F.regexp_extract("key", "(?s)^(.*)/[^/]*$", 1))
    frame = frame.withColumn("file", F.regexp_extract("key", "[^/]*$", 0))
    file, folder = F.col("file"), F.col("folder")
    metadata = file.rlike("[.]metadata[.]json$") | (
        folder.rlike("(^|/)metadata$") & file.rlike("([.]avro|[.]stats|[.]puffin|version-hint[.]text)$")
    )
    archives = ["GLACIER", "DEEP_ARCHIVE", "ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"]
    time = F.col("modified_ms")
    return (
        frame.withColumn(
            "left_out",
            F.when((file == "") | file.rlike("_[$]folder[$]$"), "folder-marker")
            .when(F.col("key").rlike("(^|/)([.][^/]*|_[^/=]*)(/|$)"), "hidden")
            .when(metadata, "table-metadata")
            .when(F.upper("storage_class").isin(archives), "archived")
            .otherwise(""),
        )
        .withColumn(
            "odd_time",
            F.when(time.isNull(), "undated")
            .when(time > FUTURE_MS, "future-date")
            .when(time < EARLIEST_MS, "before-s3")
            .otherwise(""),
        )
        .withColumn("suffix", F.lower(F.regexp_extract("file", "([.][A-Za-z]{1,8})?[.][A-Za-z0-9]{1,8}$", 0)))
    )


def folders(data):
    """Folders at the deepest level that has no more of them than are told apart."""
    depth = MAX_DEPTH
    while True:
        name = F.substring_index("folder", "/", depth) if depth else F.lit("")
        grouped = data.groupBy(name.alias("name"), (F.col("size") < SMALL).alias("is_small"))
        grouped = grouped.agg(F.count("*").alias("n"), F.sum("size").alias("b"))
        if depth == 0 or grouped.select("name").distinct().count() <= MOST_FOLDERS:
            return depth, grouped
        depth -= 1


def main():
    options = arguments()
    spark = SparkSession.builder.appName("shapecast-inventory").getOrCreate()
    everything = judged(listed(spark, options.source)).cache()
    live = everything.where("state = 'current'")
    data = live.where("left_out = ''")
    dated = data.where("odd_time = ''")
    n, b = F.count("*"), F.coalesce(F.sum("size"), F.lit(0))
    zero = F.lit(0)

    def grouped(frame, section, name=None, number=None, objects=n, size=b):
        keys = [key for key in (name, number) if key is not None]
        return frame.groupBy(*[key.alias("k%d" % i) for i, key in enumerate(keys)]).agg(
            objects.alias("n"), size.alias("b")
        ).select(*row(
            section,
            F.col("k0") if name is not None else F.lit(""),
            F.col("k%d" % (len(keys) - 1)) if number is not None else zero,
            F.col("n"),
            F.col("b"),
        ))

    depth, per_folder = folders(data)
    tables = [("delta", "left_out = 'hidden'", "(^|/)_delta_log(/|$)"), ("hudi", "left_out = 'hidden'", "(^|/)[.]hoodie(/|$)"), ("iceberg", "left_out = 'table-metadata'", "")]
    parts = [
        spark.range(1).select(*row("meta", F.lit("objects"), F.lit(1))),
        everything.agg(n.alias("n")).select(*row("source", objects=F.col("n"))),
        grouped(everything, "state", F.col("state")),
        grouped(everything, "class", F.col("storage_class")),
        grouped(live.where("left_out <> ''"), "odd", F.col("left_out")),
        grouped(data.where("odd_time <> ''"), "odd", F.col("odd_time")),
        grouped(data.where("size = 0"), "odd", F.lit("zero-byte")),
        grouped(live.where(F.col("key").rlike("[\\x00-\\x1f\\x7f]")), "odd", F.lit("control-characters")),
        grouped(data, "size", number=F.when(F.col("size") == 0, 0).otherwise(F.length(F.bin("size")))),
        grouped(dated, "minute", number=F.floor(F.col("modified_ms") / 60000)),
        dated.agg(F.min("modified_ms").alias("m")).select(*row("span", F.lit("first"), F.col("m"))),
        dated.agg(F.max("modified_ms").alias("m")).select(*row("span", F.lit("last"), F.col("m"))),
        grouped(data, "suffix", F.col("suffix"), F.when(F.col("size") > 134217728, 1).otherwise(0)),
        grouped(data, "suffix-largest", F.col("suffix"), objects=F.lit(0), size=F.max("size")),
        spark.range(1).select(*row("folder-depth", number=F.lit(depth))),
        per_folder.select(*row("folder", F.col("name"), F.col("is_small").cast("int"), F.col("n"), F.col("b"))),
        data.orderBy(F.desc("size"), "key").limit(5).select(*row("largest", F.col("key"), size=F.col("size"))),
    ]
    for name, condition, sign in tables:
        found = live.where(condition).where(F.col("folder").rlike(sign))
        parts.append(found.agg(n.alias("n")).select(*row("table", F.lit(name), objects=F.col("n"))))
    write(parts, options.output)


if __name__ == "__main__":
    main()
