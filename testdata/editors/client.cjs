// A session of the client library of VS Code with `brogo lsp`: it opens a script, asks for what it needs, renames and formats. The library
// checks what it is sent. The last line is OK.
//
//	npm install vscode-languageserver-protocol
//	BROGO=/path/to/brogo NODE_PATH=node_modules node testdata/editors/client.cjs

const { spawn } = require("child_process");
const assert = require("assert");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { pathToFileURL } = require("url");
const lsp = require("vscode-languageserver-protocol/node");

const text = `module Fruit;
export {
	type Info: record { weight: double; name: string &optional; };
	global weigh: function(i: Info): double;
}
function weigh(i: Info): double { return i$weight; }
event zeek_init() { local one = Info($weight=1.5); print "€😀", weigh(one), unknown; }
`;

async function session() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "brogo-"));
	const file = path.join(dir, "fruit.zeek");
	fs.writeFileSync(file, text);
	const uri = pathToFileURL(file).href;
	const server = spawn(process.env.BROGO || "brogo", ["lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
	const ended = new Promise((done) => server.on("exit", done));
	const conn = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
	let told;
	const diagnostics = () => new Promise((done) => (told = done));
	conn.onNotification(lsp.PublishDiagnosticsNotification.type, (p) => told && told(p.diagnostics));
	conn.listen();
	const ok = (what, got, want) => {
		assert.deepStrictEqual(got, want, what);
		console.log("ok  ", what, JSON.stringify(got));
	};
	const at = (piece) => {
		const lines = text.slice(0, text.indexOf(piece.replace("|", "")) + piece.indexOf("|")).split("\n");
		return { textDocument: { uri }, position: { line: lines.length - 1, character: lines[lines.length - 1].length } };
	};
	const apply = (edits) => {
		const lines = text.split("\n");
		const offset = (p) => lines.slice(0, p.line).reduce((n, l) => n + l.length + 1, 0) + p.character;
		return [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start))
			.reduce((s, e) => s.slice(0, offset(e.range.start)) + e.newText + s.slice(offset(e.range.end)), text);
	};

	const init = await conn.sendRequest(lsp.InitializeRequest.type, { processId: process.pid, rootUri: pathToFileURL(dir).href, capabilities: {},
		workspaceFolders: [{ uri: pathToFileURL(dir).href, name: "fruit" }] });
	ok("initialize", [init.serverInfo.name, init.capabilities.renameProvider], ["brogo", { prepareProvider: true }]);
	await conn.sendNotification(lsp.InitializedNotification.type, {});
	const first = diagnostics();
	await conn.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: "zeek", version: 1, text } });
	const [mistake] = await first;
	const where = at("|unknown").position;
	ok("diagnostics", [mistake.code, mistake.range.start], ["unknown-name", where]);
	const hover = await conn.sendRequest(lsp.HoverRequest.type, at("we|igh(one)"));
	ok("hover", hover.contents.value.split("\n")[0], "function Fruit::weigh(i: Fruit::Info): double");
	const items = await conn.sendRequest(lsp.CompletionRequest.type, at("i$|weight; }"));
	ok("completion", items.items.map((i) => i.label), ["weight", "name"]);
	const refs = await conn.sendRequest(lsp.ReferencesRequest.type, { ...at("we|igh(one)"), context: { includeDeclaration: true } });
	ok("references", refs.map((l) => l.range.start.line), [3, 5, 6]);
	const edit = await conn.sendRequest(lsp.RenameRequest.type, { ...at("we|igh(one)"), newName: "heft" });
	ok("rename", apply(edit.changes[uri]), text.replace(/weigh\b/g, "heft"));
	await assert.rejects(conn.sendRequest(lsp.RenameRequest.type, { ...at("we|igh(one)"), newName: "Info" }), /there already/);
	console.log("ok   rename refused");
	const layout = await conn.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument: { uri }, options: { tabSize: 8, insertSpaces: false } });
	ok("formatting", apply(layout).includes("\n\tlocal one = Info($weight=1.5);\n"), true);
	const tokens = await conn.sendRequest(lsp.SemanticTokensRequest.type, { textDocument: { uri } });
	ok("semantic tokens", tokens.data.length % 5, 0);
	await conn.sendRequest(lsp.ShutdownRequest.type);
	await conn.sendNotification(lsp.ExitNotification.type);
	ok("exit code", await ended, 0);
	conn.dispose();
	fs.rmSync(dir, { recursive: true });
}

session().then(() => console.log("OK"), (err) => {
	console.log("FAIL", err);
	process.exit(1);
});
