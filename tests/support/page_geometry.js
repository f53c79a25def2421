// What a page's geometry says: what is wider than its room, what is cut, and which texts lie on each other.
() => {
    const main = document.querySelector("[data-testid=stMain]");
    const room = document.documentElement.clientWidth;
    const complaints = [];
    const words = (element) => (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 60);
    const isSeen = (element) => {
        if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
        return !element.closest("[data-testid=stIconMaterial], [aria-hidden=true], .hoverlayer, [data-testid=stSkeleton]");
    };

    // A label may be turned: its corners on the screen, of its letters without the space above and below them.
    const corners = (label) => {
        const { x, y, width, height } = label.getBBox();
        const [matrix, spare] = [label.getScreenCTM(), height * 0.15];
        return [[x, y + spare], [x + width, y + spare], [x + width, y + height - spare], [x, y + height - spare]].map(
            ([across, down]) => [matrix.a * across + matrix.c * down + matrix.e, matrix.b * across + matrix.d * down + matrix.f]);
    };
    // Two convex shapes are apart where a side of one of them has the other wholly beyond it.
    const overlap = (one, other) => ![one, other].some((shape) => shape.some(([x, y], number) => {
        const [nextX, nextY] = shape[(number + 1) % shape.length];
        const length = Math.hypot(nextX - x, nextY - y) || 1;
        const [across, down] = [(nextY - y) / length, (x - nextX) / length];
        const along = (points) => points.map(([px, py]) => px * across + py * down);
        const [first, second] = [along(one), along(other)];
        return Math.min(...first) > Math.max(...second) - 1.5 || Math.min(...second) > Math.max(...first) - 1.5;
    }));

    for (const error of main.querySelectorAll("[data-testid=stException]")) complaints.push(`an error is shown: ${words(error)}`);
    if (main.scrollWidth > main.clientWidth) complaints.push(`the page is ${main.scrollWidth} wide in ${main.clientWidth}`);
    if (document.documentElement.scrollWidth > room) complaints.push("the window scrolls sideways");

    // On a phone the open menu lies on all of the page.
    const menu = document.querySelector("[data-testid=stSidebar]");
    if (room < 640 && menu && menu.getBoundingClientRect().right > 20) complaints.push("the menu is open over the page");

    // A table that is wider than a phone is scrolled in a frame of its own; its toolbar stays where it can be tapped.
    for (const frame of room < 640 ? main.querySelectorAll("[data-testid=stDataFrame]") : []) {
        const name = frame.querySelector("canvas")?.getAttribute("aria-label") || "a table";
        const [inner, box] = [frame.querySelector(".dvn-scroller"), frame.getBoundingClientRect()];
        if (box.left < -1 || box.right > room + 1) complaints.push(`a table is beyond the page: ${name}`);
        if (inner && inner.scrollWidth > inner.clientWidth + 1 && !["auto", "scroll"].includes(getComputedStyle(inner).overflowX)) {
            complaints.push(`a table cannot be scrolled: ${name}`);
        }
        const toolbar = frame.parentElement.querySelector("[data-testid=stElementToolbar]")?.getBoundingClientRect();
        if (!toolbar?.width) continue;
        if (toolbar.left < -1 || toolbar.right > room + 1) complaints.push(`a toolbar is beyond the page: ${name}`);
        for (const button of main.querySelectorAll("[data-testid=stDownloadButton] button")) {
            const { left, right, top, bottom } = button.getBoundingClientRect();
            const isUnder = left < toolbar.right && right > toolbar.left && top < toolbar.bottom - 1 && bottom > toolbar.top + 1;
            if (isUnder) complaints.push(`a toolbar lies on a button: ${name}: ${words(button)}`);
        }
    }

    for (const table of main.querySelectorAll("[data-testid=stDataFrame] .dvn-scroller")) {
        const name = table.closest("[data-testid=stDataFrame]").querySelector("canvas")?.getAttribute("aria-label") || words(
            table.closest("[data-testid=stVerticalBlock]"));
        if (room >= 1000 && table.scrollWidth > table.clientWidth + 1) {
            complaints.push(`columns are cut: ${name}: ${table.scrollWidth} wide in ${table.clientWidth}`);
        }
    }

    // The box that ends a text with three points, if there is one.
    const cutting = (element) => {
        if (element === main) return null;
        const isCut = getComputedStyle(element).textOverflow === "ellipsis" && element.scrollWidth > element.clientWidth + 1;
        return isCut ? element : cutting(element.parentElement);
    };

    // The box that a text is scrolled in, if there is one: what is out of its sight lies on nothing.
    const scrolling = (element) => {
        if (element === main) return null;
        return ["auto", "scroll"].includes(getComputedStyle(element).overflowY) ? element : scrolling(element.parentElement);
    };

    // A text is a line of a text node, or one label of a chart.
    const texts = [];
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest("svg, script, style, canvas, table.dvn-underlay, [role=grid]")) continue;
        if (!isSeen(parent)) continue;
        const style = getComputedStyle(parent);
        const cut = cutting(parent);
        if (cut) {
            complaints.push(`a text is cut: ${words(cut)}: ${cut.scrollWidth} wide in ${cut.clientWidth}`);
            continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        const frame = scrolling(parent)?.getBoundingClientRect();
        for (const box of range.getClientRects()) {
            if (frame && (box.bottom > frame.bottom || box.top < frame.top)) continue;
            // A line's box is higher than its letters.
            const spare = Math.max(0, (box.height - parseFloat(style.fontSize)) / 2);
            const [top, bottom] = [box.top + spare, box.bottom - spare];
            const around = [[box.left, top], [box.right, top], [box.right, bottom], [box.left, bottom]];
            texts.push({ words: words(node), left: box.left, right: box.right, top, bottom, corners: around });
        }
    }
    for (const label of main.querySelectorAll(".js-plotly-plot svg text, [data-testid=stGraphVizChart] svg text")) {
        if (!label.textContent.trim() || !isSeen(label)) continue;
        const box = label.getBoundingClientRect();
        if (box.width < 1 || box.height < 1) continue;
        texts.push({ words: words(label), left: box.left, right: box.right, top: box.top, bottom: box.bottom, corners: corners(label) });
        const chart = label.closest(".js-plotly-plot")?.getBoundingClientRect();
        if (chart && (box.left < chart.left - 2 || box.right > chart.right + 2 || box.top < chart.top - 2 || box.bottom > chart.bottom + 2)) {
            complaints.push(`a label is outside its chart: ${words(label)}`);
        }
    }
    texts.sort((one, other) => one.top - other.top);
    texts.forEach((one, number) => {
        for (let at = number + 1; at < texts.length && texts[at].top < one.bottom - 1; at += 1) {
            const other = texts[at];
            if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1.5 && overlap(one.corners, other.corners)) {
                complaints.push(`texts lie on each other: ${one.words} | ${other.words}`);
            }
        }
    });

    for (const chart of main.querySelectorAll(".js-plotly-plot")) {
        for (const [name, axis] of Object.entries(chart._fullLayout || {})) {
            if (!/^[xy]axis/.test(name) || axis.type !== "linear" || !axis.visible || axis.tickmode !== "auto") continue;
            const leading = Number(axis.dtick.toExponential(6).slice(0, 4));
            if (![1, 2, 2.5, 5].includes(leading)) complaints.push(`an axis has steps of ${axis.dtick}`);
        }
    }
    return [...new Set(complaints)];
}
