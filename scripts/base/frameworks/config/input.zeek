##! Options from files: lines of a name and a value, read again whenever a file changes.

@load ./main
@load base/frameworks/input

module Config;

export {
	## Files to read options from. A change should come whole, by `mv` onto the old file.
	const config_files: set[string] = {} &redef;

	## Reads options from a file once.
	global read_config: function(filename: string);
}

global current_config: table[string] of string = table();

type ConfigItem: record {
	option_nv: string;
};

type EventFields: record {
	option_name: string;
	option_val: string;
};

# The values come by InputConfig::new_value; these streams only have to exist.
event config_line(description: Input::EventDescription, tpe: Input::Event, p: EventFields)
	{ }

# In a cluster the manager reads, and the others hear from it.
function reads_config(): bool
	{
	return ! Cluster::is_enabled() || Cluster::local_node_type() == Cluster::MANAGER;
	}

#@until Config::config_files
event zeek_init() &priority=5
	{
	if ( ! reads_config() )
		return;

	for ( path in config_files )
		Input::add_table(Input::TableDescription($source=path, $name=cat("config-", path), $reader=Input::READER_CONFIG,
			$mode=Input::REREAD, $idx=ConfigItem, $val=ConfigItem, $want_record=F, $destination=current_config));
	}

event InputConfig::new_value(name: string, source: string, id: string, value: any)
	{
	if ( source in config_files || /^config-oneshot-/ in name )
		Config::set_value(id, value, source);
	}

function read_config(filename: string)
	{
	if ( ! reads_config() )
		return;

	local name = cat("config-oneshot-", filename);
	Input::add_event(Input::EventDescription($source=filename, $name=name, $reader=Input::READER_CONFIG, $mode=Input::MANUAL,
		$fields=EventFields, $ev=config_line));
	Input::remove(name);
	}
