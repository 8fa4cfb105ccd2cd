// The search box: names that begin with what was typed first, then those in which it occurs, then those whose sentence has it.
const box = document.getElementById("search"), found = document.getElementById("found");
let at = -1;

function rank([name, text], q) {
	const n = name.toLowerCase(), short = n.slice(n.lastIndexOf(":") + 1);
	if (n === q || short === q) return 0;
	if (n.startsWith(q) || short.startsWith(q)) return 1;
	if (n.includes(q)) return 2;
	return text.toLowerCase().includes(q) ? 3 : 4;
}

function show() {
	const q = box.value.trim().toLowerCase();
	found.replaceChildren();
	at = -1;
	if (!q) return;
	const hits = names.map(e => [rank(e, q), e]).filter(h => h[0] < 4);
	hits.sort((a, b) => a[0] - b[0]);
	for (const [, [name, text, link]] of hits.slice(0, 40)) {
		const li = document.createElement("li"), a = document.createElement("a"), small = document.createElement("small");
		a.href = link;
		a.textContent = name;
		small.textContent = text;
		a.append(small);
		li.append(a);
		found.append(li);
	}
}

function move(by) {
	const list = found.children;
	if (!list.length) return;
	if (list[at]) list[at].className = "";
	at = (at + by + list.length) % list.length;
	list[at].className = "on";
	list[at].scrollIntoView({block: "nearest"});
}

box.addEventListener("input", show);
box.addEventListener("keydown", e => {
	if (e.key === "ArrowDown") move(1);
	else if (e.key === "ArrowUp") move(-1);
	else if (e.key === "Escape") { box.value = ""; show(); }
	else if (e.key === "Enter" && found.children.length) {
		location.href = found.children[Math.max(at, 0)].firstChild.href;
		box.value = "";
		show();
	} else return;
	e.preventDefault();
});
document.addEventListener("keydown", e => {
	if (e.key === "/" && document.activeElement !== box) { box.focus(); e.preventDefault(); }
});
