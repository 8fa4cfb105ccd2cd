package lsp

import (
	"encoding/json"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/load"
)

// handlerOf finds what takes a message, nil if nothing does.
func handlerOf(method string) handler {
	switch method {
	case "initialize":
		return handle(initialize)
	case "initialized", "$/setTrace", "workspace/didChangeWatchedFiles":
		return func(s *server, _ json.RawMessage) (any, error) {
			s.outdate()
			return nil, nil
		}
	case "shutdown":
		return func(s *server, _ json.RawMessage) (any, error) {
			s.down = true
			return nil, nil
		}
	case "textDocument/didOpen":
		return handle(didOpen)
	case "textDocument/didChange":
		return handle(didChange)
	case "textDocument/didSave":
		return handle(didSave)
	case "textDocument/didClose":
		return handle(didClose)
	case "workspace/didChangeWorkspaceFolders":
		return handle(didChangeFolders)
	case "workspace/didChangeConfiguration":
		return handle(didChangeConfiguration)
	case "textDocument/hover":
		return about((*server).hover)
	case "textDocument/definition":
		return about((*server).definition)
	case "textDocument/declaration":
		return about((*server).declaration)
	case "textDocument/implementation":
		return about((*server).implementation)
	case "textDocument/completion":
		return about((*server).completion)
	case "textDocument/signatureHelp":
		return about((*server).signature)
	case "textDocument/documentSymbol":
		return about((*server).documentSymbols)
	case "workspace/symbol":
		return handle(workspaceSymbols)
	case "textDocument/foldingRange":
		return about((*server).folding)
	case "textDocument/semanticTokens/full":
		return about((*server).tokensFull)
	case "textDocument/semanticTokens/range":
		return about((*server).tokensRange)
	case "textDocument/formatting", "textDocument/rangeFormatting":
		return handle(formatting)
	case "textDocument/references":
		return about((*server).references)
	case "textDocument/documentHighlight":
		return about((*server).highlight)
	case "textDocument/prepareRename":
		return handle(prepareRename)
	case "textDocument/rename":
		return handle(rename)
	case "textDocument/codeAction":
		return about((*server).codeActions)
	case "textDocument/documentLink":
		return about((*server).documentLinks)
	case "completionItem/resolve":
		return handle(resolveItem)
	}
	return nil
}

func initialize(s *server, p initializeParams) (any, error) {
	s.initialized, s.client = true, p
	if len(p.Options) > 0 {
		if err := json.Unmarshal(p.Options, &s.set); err != nil {
			s.notify("window/logMessage", logMessageParams{severityWarning, "initializationOptions: " + err.Error()})
		}
	}
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []workspaceFolder{{URI: p.RootURI}}
	}
	s.addFolders(folders)
	type object = map[string]any
	return object{
		"serverInfo": object{"name": "brogo", "version": brogo.Version},
		"capabilities": object{
			"positionEncoding":          "utf-16",
			"textDocumentSync":          object{"openClose": true, "change": 2, "save": object{}},
			"hoverProvider":             true,
			"definitionProvider":        true,
			"declarationProvider":       true,
			"implementationProvider":    true,
			"referencesProvider":        true,
			"documentHighlightProvider": true,
			"renameProvider":            object{"prepareProvider": true},
			"signatureHelpProvider":     object{"triggerCharacters": []string{"(", ","}},
			"documentSymbolProvider":    true,
			"workspaceSymbolProvider":   true,
			"foldingRangeProvider":      true,
			"codeActionProvider":        object{"codeActionKinds": []string{quickFix}},
			"documentLinkProvider":      object{},
			"semanticTokensProvider": object{"full": true, "range": true,
				"legend": object{"tokenTypes": tokenTypes, "tokenModifiers": tokenModifiers}},
			"documentFormattingProvider":      s.o.Format != nil,
			"documentRangeFormattingProvider": s.o.Format != nil,
			"completionProvider":              object{"triggerCharacters": []string{"$", ":", "&", "@", "/"}, "resolveProvider": true},
			"workspace":                       object{"workspaceFolders": object{"supported": true, "changeNotifications": true}},
		},
	}, nil
}

// fs is where files come from that are not open.
func (s *server) fs() load.FS {
	if fs := s.o.Engine.FS; fs != nil {
		return fs
	}
	return brogo.MachineFS()
}
