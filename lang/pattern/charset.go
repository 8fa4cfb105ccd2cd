package pattern

import "math/bits"

// charset is a set of bytes, one bit each.
type charset [4]uint64

func (c *charset) add(b byte)      { c[b>>6] |= 1 << (b & 63) }
func (c *charset) has(b byte) bool { return c[b>>6]&(1<<(b&63)) != 0 }

func (c *charset) addRange(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		c.add(byte(b))
	}
}

func (c *charset) union(o charset) {
	for i := range c {
		c[i] |= o[i]
	}
}

func (c *charset) negate() {
	for i := range c {
		c[i] = ^c[i]
	}
}

func (c *charset) count() int {
	return bits.OnesCount64(c[0]) + bits.OnesCount64(c[1]) + bits.OnesCount64(c[2]) + bits.OnesCount64(c[3])
}

// bytes appends the members in ascending order.
func (c *charset) bytes(dst []byte) []byte {
	for w, word := range c {
		for word != 0 {
			dst = append(dst, byte(w<<6+bits.TrailingZeros64(word)))
			word &= word - 1
		}
	}
	return dst
}

// namedClass returns the members of [:name:]. All names are ASCII only, as in the C locale.
func namedClass(name string) (c charset, ok bool) {
	switch name {
	case "alnum":
		c.addRange('0', '9')
		c.addRange('A', 'Z')
		c.addRange('a', 'z')
	case "alpha":
		c.addRange('A', 'Z')
		c.addRange('a', 'z')
	case "blank":
		c.add(' ')
		c.add('\t')
	case "cntrl":
		c.addRange(0, 31)
		c.add(127)
	case "digit":
		c.addRange('0', '9')
	case "graph":
		c.addRange('!', '~')
	case "print":
		c.addRange(' ', '~')
	case "punct":
		c.addRange('!', '/')
		c.addRange(':', '@')
		c.addRange('[', '`')
		c.addRange('{', '~')
	case "space":
		c.addRange('\t', '\r')
		c.add(' ')
	case "xdigit":
		c.addRange('0', '9')
		c.addRange('A', 'F')
		c.addRange('a', 'f')
	case "lower":
		c.addRange('a', 'z')
	case "upper":
		c.addRange('A', 'Z')
	default:
		return c, false
	}
	return c, true
}

func isAlpha(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }
func isDigit(b byte) bool { return b >= '0' && b <= '9' }
