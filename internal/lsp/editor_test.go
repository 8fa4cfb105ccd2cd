package lsp

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/format"
)

// serveVariable has this test binary be the language server of an editor that a test has started.
const serveVariable = "BROGO_TEST_LSP"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		os.Exit(Run(context.Background(), os.Stdin, os.Stdout, Options{Engine: brogo.Config{Env: os.LookupEnv}, Format: format.Source,
			CacheDir: os.Getenv(serveVariable)}))
	}
	os.Exit(m.Run())
}

// editor runs a program that starts this binary as its server; its output ends in OK.
func editor(t *testing.T, name string, args ...string) {
	cmd := exec.Command(name, args...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "BROGO="+os.Args[0], serveVariable+"="+filepath.Join(home, "cache"), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_STATE_HOME="+home,
		"XDG_DATA_HOME="+home)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "OK") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// TestNeovim has Neovim open, complete, rename and format.
func TestNeovim(t *testing.T) {
	nvim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("nvim is not installed")
	}
	editor(t, nvim, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile ../../testdata/editors/nvim.lua")
}

// TestNode does the same with the client library of VS Code, where NODE_PATH has it.
func TestNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if err := exec.Command(node, "-e", `require("vscode-languageserver-protocol/node")`).Run(); err != nil {
		t.Skip("NODE_PATH names no directory with vscode-languageserver-protocol")
	}
	editor(t, node, "../../testdata/editors/client.cjs")
}

// TestEmacs does the same with Emacs and Eglot, set up as docs/editors.md says.
func TestEmacs(t *testing.T) {
	emacs, err := exec.LookPath("emacs")
	if err != nil {
		t.Skip("emacs is not installed")
	}
	if err := exec.Command(emacs, "-q", "--batch", "--eval", "(progn (package-initialize) (require 'eglot))").Run(); err != nil {
		t.Skip("Emacs has no Eglot")
	}
	editor(t, emacs, "-q", "--batch", "-l", "../../testdata/editors/eglot.el")
}
