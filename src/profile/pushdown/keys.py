

def data_of(spark, source):
    if not is_path(source):
        return spark.table(source)
    reader = spark.read.format(FORMAT)
    if FORMAT == "csv":
        reader = reader.option("header", True).option("multiLine", True).option("escape", '"')
    return reader.load(source)


def size_of(spark, frame):
    """Files and bytes behind a frame."""
    files = frame.inputFiles()
    total = 0
    for file in files:
        path = spark._jvm.org.apache.hadoop.fs.Path(file)
        total += path.getFileSystem(spark._jsc.hadoopConfiguration()).getFileStatus(path).getLen()
    return len(files), total


def main():
    options = arguments()
    spark = SparkSession.builder.appName("shapecast-keys").getOrCreate()
    frame = data_of(spark, options.source)
    files, total = size_of(spark, frame)
    parts = [
        spark.range(1).select(*row("meta", F.lit("keys"), F.lit(1))),
        spark.range(1).select(*row("source", F.lit(options.source), objects=F.lit(files), size=F.lit(total))),
    ]
    for number, columns in enumerate(KEYS):
        key = [F.col(column).cast(CAST) if CAST else F.col(column) for column in columns]
        null = key[0].isNull()
        for part in key[1:]:
            null = null | part.isNull()
        shown = F.concat_ws(", ", *[F.coalesce(part.cast("string"), F.lit("(null)")) for part in key])
        # `hash` is what hash partitioning uses: Murmur3 with seed 42.
        counted = frame.select(shown.alias("name"), F.hash(*key).alias("hash"), null.cast("int").alias("null"))
        counted = counted.groupBy("name", "hash").agg(F.count("*").alias("n"), F.sum("null").alias("nulls")).cache()
        at = F.lit(number)
        totals = counted.agg(F.sum("n").alias("n"), F.sum("nulls").alias("b"), F.count("*").alias("d"))
        parts.append(totals.select(*row("key", F.lit(",".join(columns)), at, F.col("n"), F.col("b"))))
        parts.append(totals.select(*row("key-distinct", number=at, objects=F.col("d"))))
        top = counted.where("n > 1").orderBy(F.desc("n"), "name").limit(TOP_KEYS)
        parts.append(top.select(*row("key-top", F.col("name"), at, F.col("n"), F.col("hash"))))
        for partitions in SHUFFLE_PARTITIONS:
            place = F.expr("pmod(hash, %d)" % partitions)
            sums = counted.groupBy(place.alias("p")).agg(F.sum("n").alias("n"))
            parts.append(sums.select(*row("partition", F.lit(str(partitions)), at, F.col("n"), F.col("p"))))
    write(parts, options.output)


if __name__ == "__main__":
    main()
