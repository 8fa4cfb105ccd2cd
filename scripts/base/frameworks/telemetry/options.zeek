##! Where metrics are served and under which name. Every mode loads these settings.

@load ./types

module Telemetry;

export {
	## The address to serve metrics at over HTTP; empty for all addresses.
@if ( brogo_dialect == "bro" )
	const metrics_address = getenv("BRO_DEFAULT_LISTEN_ADDRESS") &redef;
@else
	const metrics_address = getenv("ZEEK_DEFAULT_LISTEN_ADDRESS") &redef;
@endif

	## The port to serve metrics at; 0/unknown serves none. Beside /metrics there are /healthz and /readyz.
	const metrics_port = 0/unknown &redef;

	## The label that every metric gets to tell nodes apart.
	const metrics_endpoint_label = "node" &redef;

	## The value of that label; empty leaves it away. A cluster's nodes use their names.
	const metrics_endpoint_name = "" &redef;
}
