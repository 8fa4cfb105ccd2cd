package digest

import "strings"

// magics are first bytes that tell a type; longer ones come before those that they start with.
var magics = []struct {
	at           int
	prefix, mime string
}{
	{0, "\x89PNG\r\n\x1a\n", "image/png"},
	{0, "GIF87a", "image/gif"},
	{0, "GIF89a", "image/gif"},
	{0, "\xff\xd8\xff", "image/jpeg"},
	{8, "WEBP", "image/webp"},
	{0, "BM", "image/x-ms-bmp"},
	{0, "%PDF-", "application/pdf"},
	{0, "%!PS", "application/postscript"},
	{0, "PK\x03\x04", "application/zip"},
	{0, "\x1f\x8b", "application/x-gzip"},
	{0, "BZh", "application/x-bzip2"},
	{0, "\xfd7zXZ\x00", "application/x-xz"},
	{0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{0, "Rar!\x1a\x07", "application/x-rar"},
	{257, "ustar", "application/x-tar"},
	{0, "\x7fELF", "application/x-executable"},
	{0, "MZ", "application/x-dosexec"},
	{0, "\xca\xfe\xba\xbe", "application/java-archive"},
	{0, "OggS", "application/ogg"},
	{0, "ID3", "audio/mpeg"},
	{4, "ftyp", "video/mp4"},
	{0, "#!", "text/x-script"},
	{0, "<?xml", "application/xml"},
}

// sniff guesses a MIME type from the first bytes of data.
func sniff(data string) string {
	for _, m := range magics {
		if len(data) > m.at && strings.HasPrefix(data[m.at:], m.prefix) {
			return m.mime
		}
	}
	head := data[:min(len(data), 512)]
	if low := strings.ToLower(strings.TrimLeft(head, " \t\r\n")); strings.HasPrefix(low, "<!doctype html") || strings.HasPrefix(low, "<html") {
		return "text/html"
	}
	for i := range len(head) {
		if c := head[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			return "<unknown>"
		}
	}
	if head == "" {
		return "<unknown>"
	}
	return "text/plain"
}
