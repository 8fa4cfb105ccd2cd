##! Where an installation keeps its things. One binary needs no directories of its own: these are the customary ones,
##! for scripts that ask; redefine them to the truth.

module Installation;

export {
	const root_dir = "/usr/local" &redef;
	const etc_dir = "/etc/brogo" &redef;
	const log_dir = "/var/log/brogo" &redef;
	const spool_dir = "/var/spool/brogo" &redef;
	const state_dir = "/var/lib/brogo" &redef;
}
