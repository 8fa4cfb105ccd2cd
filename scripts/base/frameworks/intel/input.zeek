##! Items from files: tables with the columns indicator, indicator_type and those of the meta data, meta.source and so on. A file
##! is read again whenever it has changed; a new one has to take its place by being renamed.

@load ./main
@load base/frameworks/cluster
@load base/frameworks/input

module Intel;

export {
	## The files. In a cluster the manager reads them.
	const read_files: set[string] = {} &redef;

	## What goes in front of names of files that are not absolute.
	const path_prefix = "" &redef;

	## Raised for each line of a file, which is then inserted.
	global read_entry: event(desc: Input::EventDescription, tpe: Input::Event, item: Item);

	## Raised when something is wrong with a file.
	global read_error: event(desc: Input::EventDescription, message: string, level: Reporter::Level);
}

event Intel::read_entry(desc: Input::EventDescription, tpe: Input::Event, item: Item)
	{
	Intel::insert(item);
	}

# Begins to read one of the files.
function read_file(name: string)
	{
	local source = name;

	if ( path_prefix != "" && name[:1] != "/" )
		source = fmt("%s/%s", rstrip(path_prefix, "/"), name);

	Input::add_event(Input::EventDescription($source=source, $reader=Input::READER_ASCII, $mode=Input::REREAD,
		$name=fmt("intel-%s", name), $fields=Item, $ev=read_entry, $error_ev=read_error));
	}

#@until Intel::read_files
event zeek_init() &priority=5
	{
	if ( Cluster::is_enabled() && Cluster::local_node_type() != Cluster::MANAGER )
		return;

	for ( name in read_files )
		read_file(name);
	}
