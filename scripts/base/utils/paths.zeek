##! Paths of files and directories.

# Starts at the root, or at that of a drive.
const absolute_path_pat = /(\/|[A-Za-z]:[\\\/]).*/;

## The first absolute path in a text, "" if there is none. It ends before a blank that no backslash precedes, or a quote.
function extract_path(input: string): string
	{
	local parts = split_string_n(input, /(\/|[A-Za-z]:[\\\/])([^\" ]|\\ )*/, T, 1);
	return |parts| > 1 ? parts[1] : "";
	}

## The path of a file in a directory. A path that is absolute stays as it is. The bro dialect always puts a slash between.
function build_path(dir: string, file_name: string): string
	{
	if ( file_name == absolute_path_pat )
		return file_name;

	if ( brogo_dialect == "zeek" && (dir == "" || ends_with(dir, "/")) )
		return cat(dir, file_name);

	return cat(dir, "/", file_name);
	}

## The same, with doubled slashes and steps back up taken out.
function build_path_compressed(dir: string, file_name: string): string
	{
	return compress_path(build_path(dir, file_name));
	}
