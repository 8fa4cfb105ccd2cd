-- A session of a real editor with `brogo lsp`: it opens a script, asks for what it needs, edits, renames and formats, and prints what came
-- of it. The last line is OK. Neovim 0.7 or later:
--
--	BROGO=/path/to/brogo nvim --headless -u NONE -l testdata/editors/nvim.lua       (0.9 and later)
--	BROGO=/path/to/brogo nvim --headless -u NONE -c 'luafile testdata/editors/nvim.lua'
--
-- internal/lsp's TestNeovim runs it where nvim is installed.

local dir = vim.fn.tempname()
vim.fn.mkdir(dir, "p")
local path = dir .. "/fruit.zeek"
vim.fn.writefile(vim.split([[
module Fruit;
export {
	type Info: record { weight: double; name: string &optional; };
	## How heavy it is.
	global weigh: function(i: Info): double;
}
function weigh(i: Info): double { return i$weight; }
event zeek_init()
	{
	local one = Info($weight=1.5);
	print weigh(one), unknown;
	}
]], "\n"), path)

local failed = false
local function say(...)
	io.stdout:write(table.concat(vim.tbl_map(tostring, { ... }), " ") .. "\n")
end
local function expect(what, got, want)
	local same = vim.deep_equal(got, want)
	say((same and "ok  " or "FAIL"), what, vim.inspect(got, { newline = " ", indent = "" }))
	if not same then
		say("     wanted", vim.inspect(want, { newline = " ", indent = "" }))
		failed = true
	end
end
local function finish()
	say(failed and "FAILED" or "OK")
	vim.cmd(failed and "cquit! 1" or "qall!")
end

local ok, err = pcall(function()
	vim.cmd("edit " .. path)
	local buf = vim.api.nvim_get_current_buf()
	local id = vim.lsp.start_client({ name = "brogo", cmd = { vim.env.BROGO or "brogo", "lsp" }, root_dir = dir,
		workspace_folders = { { uri = vim.uri_from_fname(dir), name = "fruit" } } })
	vim.lsp.buf_attach_client(buf, id)
	local client = vim.lsp.get_client_by_id(id)
	local function wait(what, f)
		if not vim.wait(20000, f, 20) then
			error("nothing came of " .. what)
		end
	end
	local function request(method, params)
		local answer
		client.request(method, params, function(e, result)
			answer = { e, result }
		end, buf)
		wait(method, function() return answer ~= nil end)
		if answer[1] then
			error(method .. ": " .. vim.inspect(answer[1]))
		end
		return answer[2]
	end
	local function place(pattern, offset)
		vim.fn.cursor(1, 1)
		local line, col = unpack(vim.fn.searchpos(pattern, "cW"))
		vim.api.nvim_win_set_cursor(0, { line, col - 1 + (offset or 0) })
		-- Outside of insert mode the cursor cannot stand behind the last character.
		return { textDocument = vim.lsp.util.make_text_document_params(buf), position = { line = line - 1, character = col - 1 + (offset or 0) } }
	end
	local function lines(from, to)
		return vim.api.nvim_buf_get_lines(buf, from, to, false)
	end
	local function messages()
		return vim.tbl_map(function(d) return d.lnum + 1 .. ": " .. d.message .. " [" .. d.code .. "]" end, vim.diagnostic.get(buf))
	end

	wait("initialize", function() return client.initialized end)
	wait("diagnostics", function() return #vim.diagnostic.get(buf) > 0 end)
	expect("diagnostics", messages(), { "11: unknown identifier unknown, at or near \"unknown\" [unknown-name]" })

	local hover = request("textDocument/hover", place("weigh(one)"))
	expect("hover", vim.split(hover.contents.value, "\n")[2], "function Fruit::weigh(i: Fruit::Info): double")

	local def = request("textDocument/definition", place("weigh(one)"))
	expect("definition", { #def, def[1].range.start.line + 1 }, { 1, 7 })

	-- Typing: a statement that is not finished, completed at the dollar.
	vim.api.nvim_buf_set_lines(buf, 10, 11, false, { "\tprint weigh(one), one$" })
	local items = request("textDocument/completion", place("one\\$$", 4))
	expect("completion", vim.tbl_map(function(i) return i.label end, items.items), { "weight", "name" })
	vim.lsp.util.apply_text_edits({ items.items[1].textEdit }, buf, client.offset_encoding)
	vim.api.nvim_buf_set_lines(buf, 10, 11, false, { lines(10, 11)[1] .. ";" })
	expect("completed", lines(10, 11), { "\tprint weigh(one), one$weight;" })
	wait("the end of the mistake", function() return #vim.diagnostic.get(buf) == 0 end)
	expect("diagnostics mended", messages(), {})

	local help = request("textDocument/signatureHelp", place("weigh(one)", 6))
	expect("signature", help.signatures[1].label, "function Fruit::weigh(i: Fruit::Info): double")

	-- The editor's own commands rename and format.
	place("weigh(one)")
	vim.lsp.buf.rename("heft")
	wait("rename", function() return lines(10, 11)[1]:find("heft") end)
	expect("renamed", { lines(4, 5)[1], lines(6, 7)[1], lines(10, 11)[1] }, { "\tglobal heft: function(i: Info): double;",
		"function heft(i: Info): double { return i$weight; }", "\tprint heft(one), one$weight;" })

	local before = vim.api.nvim_buf_get_changedtick(buf)
	if vim.lsp.buf.format then
		vim.lsp.buf.format({ timeout_ms = 20000 })
	else
		vim.lsp.buf.formatting_sync(nil, 20000)
	end
	wait("formatting", function() return vim.api.nvim_buf_get_changedtick(buf) > before end)
	expect("formatted", vim.tbl_contains(lines(0, -1), "function heft(i: Info): double"), true)

	local symbols = request("textDocument/documentSymbol", { textDocument = vim.lsp.util.make_text_document_params(buf) })
	expect("symbols", vim.tbl_map(function(s) return s.name end, symbols[1].children), { "Info", "heft", "heft", "zeek_init" })

	local refs = request("textDocument/references", vim.tbl_extend("force", place("heft(one)"), { context = { includeDeclaration = true } }))
	expect("references", #refs, 3)

	client.stop()
	wait("the server's end", function() return client.is_stopped() end)
end)
if not ok then
	say("FAIL", err)
	failed = true
end
finish()
