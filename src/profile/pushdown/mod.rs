//! The same profiling on the user's own engine, for lakes larger than one machine: SQL for Athena, a PySpark job. Both
//! write rows of one form, which come back as the same profile.

/// The first bytes of a result.
pub const MAGIC: &str = "section,name,number,objects,bytes";
