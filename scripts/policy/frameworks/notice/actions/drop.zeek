##! Has notices with the action Notice::ACTION_DROP keep their source out of the network, by catch and release.

@load base/frameworks/notice/main
@load base/frameworks/netcontrol
@load policy/frameworks/netcontrol/catch-and-release

module Notice;

@if ( brogo_dialect == "zeek" )
export {
	redef record Info += {
		dropped: bool &log &default=F; ##< Whether the source is dropped because of this notice.
	};
}
@endif

# Before the notice is logged, so that the row tells of it.
hook Notice::notice(n: Notice::Info) &priority=-4
	{
	if ( ACTION_DROP !in n$actions )
		return;

	local never = double_to_time(0.0);
	if ( NetControl::get_catch_release_info(n$src)$watch_until != never )
		return; # it is in the care of catch and release already
	local why = n?$msg ? cat("ACTION_DROP: ", n$msg) : "ACTION_DROP";
	n$dropped = NetControl::drop_address_catch_release(n$src, why)$watch_until != never;
	}
