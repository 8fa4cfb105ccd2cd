##! Settings of the reader of databases. The query is "query" in a stream's config table.

module InputSQLite;

export {
	## What stands between the elements of a set or vector, one byte.
	const set_separator = Input::set_separator &redef;

	## What stands for a value that is not there, within a set or vector.
	const unset_field = Input::unset_field &redef;

	## What stands for a set or vector without elements.
	const empty_field = Input::empty_field &redef;
}
