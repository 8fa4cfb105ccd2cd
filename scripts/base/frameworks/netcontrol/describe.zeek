##! The rows of netcontrol.log.

@load ./main

module NetControl;

function describe_flow(f: Flow): string
	{
	local text = fmt("%s/%s->%s/%s", f?$src_h ? cat(f$src_h) : "*", f?$src_p ? fmt("%d", f$src_p) : "*",
	                 f?$dst_h ? cat(f$dst_h) : "*", f?$dst_p ? fmt("%d", f$dst_p) : "*");

	if ( f?$src_m || f?$dst_m )
		text += fmt(" (%s->%s)", f?$src_m ? f$src_m : "*", f?$dst_m ? f$dst_m : "*");

	return text;
	}

function describe_entity(e: Entity): string
	{
	switch ( e$ty )
		{
		case ADDRESS:
			return cat(e$ip);
		case CONNECTION:
			return fmt("%s/%d<->%s/%d", e$conn$orig_h, e$conn$orig_p, e$conn$resp_h, e$conn$resp_p);
		case FLOW:
			return describe_flow(e$flow);
		case MAC:
			return e$mac;
		}

	return "<unknown entity type>";
	}

function describe_mod(m: FlowMod): string
	{
	local text = fmt("Src: %s/%s (%s) Dst: %s/%s (%s)",
	                 m?$src_h ? cat(m$src_h) : "_", m?$src_p ? cat(m$src_p) : "_", m?$src_m ? m$src_m : "_",
	                 m?$dst_h ? cat(m$dst_h) : "_", m?$dst_p ? cat(m$dst_p) : "_", m?$dst_m ? m$dst_m : "_");

	return m?$redirect_port ? fmt("%s -> %d", text, m$redirect_port) : text;
	}

# A row about a rule.
function rule_info(r: Rule, category: InfoCategory): Info
	{
	local info = Info($ts=network_time(), $category=category, $rule_id=r$id, $action=cat(r$ty), $target=r$target,
	                  $entity_type=cat(r$entity$ty), $entity=describe_entity(r$entity), $priority=r$priority);

	if ( r?$expire )
		info$expire = r$expire;

	if ( r?$location && r$location != "" )
		info$location = r$location;

	if ( r$ty == REDIRECT && r?$out_port )
		info$mod = fmt("-> %d", r$out_port);
	else if ( r$ty == MODIFY && r?$mod )
		info$mod = describe_mod(r$mod);

	return info;
	}

function log_plugin(category: InfoCategory, msg: string, p: PluginState)
	{
	Log::write(LOG, Info($ts=network_time(), $category=category, $msg=msg, $plugin=p$plugin$name(p)));
	}

function log_message(msg: string)
	{
	Log::write(LOG, Info($ts=network_time(), $category=MESSAGE, $msg=msg));
	}

function log_rule(r: Rule, cmd: string, state: InfoState, p: PluginState, msg: string)
	{
	local info = rule_info(r, RULE);
	info$cmd = cmd;
	info$state = state;
	info$plugin = p$plugin$name(p);

	if ( msg != "" )
		info$msg = msg;

	Log::write(LOG, info);
	}

function log_rule_error(r: Rule, msg: string, p: PluginState)
	{
	local info = rule_info(r, ERROR);
	info$msg = msg;
	info$plugin = p$plugin$name(p);
	Log::write(LOG, info);
	}

# What the framework does with a rule by itself.
function log_rule_alone(r: Rule, state: InfoState, msg: string)
	{
	local info = rule_info(r, RULE);
	info$state = state;
	info$msg = msg;
	Log::write(LOG, info);
	}
