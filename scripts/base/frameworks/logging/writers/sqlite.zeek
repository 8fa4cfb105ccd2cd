##! Settings of the writer that puts logs into SQLite files. A filter's $config may name the table by the key tablename;
##! else it has the log's path as its name.

module LogSQLite;

export {
	## What joins the elements of a set or vector, which become one text.
	const set_separator = Log::set_separator &redef;

	## What stands for unset and empty values there. Unset fields and empty strings are NULL.
	const unset_field = Log::unset_field &redef;
	const empty_field = Log::empty_field &redef;

	## Values of SQLite's pragma synchronous. DEFAULT leaves it alone.
	type SQLiteSynchronous: enum {
		SQLITE_SYNCHRONOUS_DEFAULT,
		SQLITE_SYNCHRONOUS_OFF,
		SQLITE_SYNCHRONOUS_NORMAL,
		SQLITE_SYNCHRONOUS_FULL,
		SQLITE_SYNCHRONOUS_EXTRA,
	};

	## Values of SQLite's pragma journal_mode. DEFAULT leaves it alone.
	type SQLiteJournalMode: enum {
		SQLITE_JOURNAL_MODE_DEFAULT,
		SQLITE_JOURNAL_MODE_DELETE,
		SQLITE_JOURNAL_MODE_TRUNCATE,
		SQLITE_JOURNAL_MODE_PERSIST,
		SQLITE_JOURNAL_MODE_MEMORY,
		SQLITE_JOURNAL_MODE_WAL,
		SQLITE_JOURNAL_MODE_OFF,
	};

	## How carefully files are synchronised with the disk, and how transactions are kept track of.
	const synchronous = SQLITE_SYNCHRONOUS_DEFAULT &redef;
	const journal_mode = SQLITE_JOURNAL_MODE_DEFAULT &redef;
}
