;; A session of Emacs with `brogo lsp`, set up as docs/editors.md says: Eglot opens a script, shows a mistake, renames and formats. The last
;; line is OK. Emacs 29, or 28 with the package eglot:
;;
;;	BROGO=/path/to/brogo emacs -q --batch -l testdata/editors/eglot.el
;;
;; internal/lsp's TestEmacs runs it where Emacs and Eglot are installed.

(package-initialize)
(require 'eglot)
(define-derived-mode zeek-mode prog-mode "Zeek"
  (setq-local comment-start "# " comment-end "" indent-tabs-mode t))
(add-to-list 'auto-mode-alist '("\\.\\(zeek\\|bro\\)\\'" . zeek-mode))
(add-to-list 'eglot-server-programs `(zeek-mode . (,(or (getenv "BROGO") "brogo") "lsp")))

(defun say (what got want)
  (princ (format "%s %s %S\n" (if (equal got want) "ok  " "FAIL") what got))
  (unless (equal got want)
    (princ (format "     wanted %S\n" want))
    (kill-emacs 1)))

(defun await (what test)
  (let ((n 0))
    (while (not (funcall test))
      (when (> (setq n (1+ n)) 400)
        (princ (format "FAIL nothing came of %s\n" what))
        (kill-emacs 1))
      (accept-process-output nil 0.05))))

(let* ((dir (make-temp-file "brogo-" t))
       (file (expand-file-name "fruit.zeek" dir))
       (eglot-sync-connect t)
       (eglot-autoshutdown nil)
       (eglot-confirm-server-initiated-edits nil)
       (eglot-send-changes-idle-time 0))
  (with-temp-file file
    (insert "function weigh(n: count): count { return n; }\n"
            "event zeek_init()\n\t{\n\tprint weigh(1), unknown;\n\t}\n"))
  (find-file file)
  (say "mode" major-mode 'zeek-mode)
  (apply #'eglot (eglot--guess-contact))
  (let ((found nil))
    (advice-add 'eglot-handle-notification :after
                (lambda (_server method &rest args)
                  (when (eq method 'textDocument/publishDiagnostics)
                    (setq found (append (plist-get args :diagnostics) nil)))))
    (goto-char (point-max))
    (insert "\n")
    (eglot--signal-textDocument/didChange)
    (await "diagnostics" (lambda () found))
    (say "diagnostics" (plist-get (car found) :code) "unknown-name"))
  (goto-char (point-min))
  (search-forward "print weigh(1)")
  (backward-char 5)
  (say "hover" (and (string-match-p "function weigh(n: count): count"
                                    (plist-get (plist-get (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                                                           (eglot--TextDocumentPositionParams))
                                                          :contents)
                                               :value))
                    t)
       t)
  (eglot-rename "heft")
  (say "rename" (buffer-substring-no-properties (point-min) (line-end-position))
       "function heft(n: count): count { return n; }\nevent zeek_init()\n\t{\n\tprint heft(1), unknown;")
  (eglot-format-buffer)
  (goto-char (point-min))
  (say "formatted" (buffer-substring-no-properties (point-min) (line-end-position)) "function heft(n: count): count")
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot--current-server-or-lose))
  (delete-directory dir t)
  (princ "OK\n"))
