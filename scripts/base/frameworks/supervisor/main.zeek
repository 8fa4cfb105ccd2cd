##! What scripts see of the supervisor that starts the nodes of a cluster from within Zeek. There is none here, `brogo cluster`
##! does that work, so that scripts that ask learn that they run neither as supervisor nor under one.

module Supervisor;

export {
	## What a node of a cluster is for.
	type ClusterRole: enum {
		NONE,
		LOGGER,
		MANAGER,
		PROXY,
		WORKER,
	};

	## Where a node of a cluster listens.
	type ClusterEndpoint: record {
		role: ClusterRole;
		host: addr;
		p: port;
		interface: string &optional; ##< Where it reads packets; and which file of packets.
		pcap_file: string &optional;
		metrics_port: port &optional;
	};

	## How a node is started.
	type NodeConfig: record {
		name: string;
		interface: string &optional;
		pcap_file: string &optional;
		directory: string &optional; ##< Its working directory.
		stdout_file: string &optional;
		stderr_file: string &optional;
		bare_mode: bool &optional;                             ##< Without the default scripts; if unset, as its supervisor.
		addl_base_scripts: vector of string &default=vector(); ##< Scripts before and behind those of its supervisor.
		addl_user_scripts: vector of string &default=vector();
		env: table[string] of string &default=table();
		cpu_affinity: int &optional;
		cluster: table[string] of ClusterEndpoint &default=table(); ##< All nodes of its cluster by name.
	};

	## A node that was started.
	type NodeStatus: record {
		node: NodeConfig;
		pid: int &optional; ##< Unset while it does not run.
	};

	type Status: record {
		nodes: table[string] of NodeStatus;
	};

	## Starts a node. Returns what went wrong, empty if nothing did.
	global create: function(node: NodeConfig): string;

	## Tells of a node, or of all.
	global status: function(node: string &default=""): Status;

	## Starts a node, or all, again. Returns whether there are such.
	global restart: function(node: string &default=""): bool;

	## Ends a node, or all. Returns whether there are such.
	global destroy: function(node: string &default=""): bool;

	## Whether this process starts nodes.
	global is_supervisor: function(): bool;

	## Whether this process was started by a supervisor.
	global is_supervised: function(): bool;

	## How this process was started, if by a supervisor.
	global node: function(): NodeConfig;

	## Would see each line that a node prints; breaking out of it keeps the line from being passed on.
	global stdout_hook: hook(node: string, msg: string);
	global stderr_hook: hook(node: string, msg: string);

	## Would be raised when a node was started.
	global node_status: event(node: string, pid: count);
}

function create(node: NodeConfig): string
	{
	return Supervisor::__create(node);
	}

function status(node: string): Status
	{
	return Supervisor::__status(node);
	}

function restart(node: string): bool
	{
	return Supervisor::__restart(node);
	}

function destroy(node: string): bool
	{
	return Supervisor::__destroy(node);
	}

function is_supervisor(): bool
	{
	return Supervisor::__is_supervisor();
	}

function is_supervised(): bool
	{
	return Supervisor::__is_supervised();
	}

function node(): NodeConfig
	{
	return Supervisor::__node();
	}
