// What a person who uses the keyboard sees of the focus. Asked by hands.py before and after each key.
"use strict";

window.overtFocus = (() => {
  let last = null;
  let hasBegun = false;

  // Everything by which a focus is shown, of the control and of what is drawn in its label for it.
  function looksOf(control) {
    const drawn = [[control, null]];
    for (const label of control.labels || []) {
      drawn.push([label, "::before"], [label, "::after"]);
    }
    return drawn
      .map(([element, part]) => {
        const style = getComputedStyle(element, part);
        return [style.outline, style.boxShadow, style.backgroundColor, style.border].join();
      })
      .join(";");
  }

  function name(control) {
    const words = control.labels?.[0]?.innerText || control.getAttribute("aria-label") || control.innerText || "";
    return `${control.tagName.toLowerCase()} "${words.trim().slice(0, 60)}"`;
  }

  // The middle of each part of the control that is on the screen.
  function middles(control) {
    return [...control.getClientRects()]
      .map((box) => ({
        left: Math.max(box.left, 0),
        right: Math.min(box.right, innerWidth),
        top: Math.max(box.top, 0),
        bottom: Math.min(box.bottom, innerHeight),
      }))
      .filter((box) => box.right - box.left >= 1 && box.bottom - box.top >= 1)
      .map((box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2]);
  }

  function whatHides(control) {
    if (!control || control === document.body) {
      return "nothing has the focus";
    }
    const seen = middles(control);
    if (!seen.length) {
      return `${name(control)} has the focus beyond the screen`;
    }
    const isOnTop = seen.some(([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (control.contains(top) || [...(control.labels || [])].some((label) => label.contains(top)));
    });
    return isOnTop ? "" : `${name(control)} has the focus and something covers it`;
  }

  // What is wrong with the focus, "" for nothing. Before the first key nothing need have it.
  function fault() {
    const control = document.activeElement;
    if (!hasBegun) {
      return "";
    }
    const before = last;
    if (before?.control === control) {
      return "";
    }
    last = { control, looks: looksOf(control) };
    if (before?.control.isConnected && looksOf(before.control) === before.looks) {
      return `${name(before.control)} looks alike with the focus and without`;
    }
    return whatHides(control);
  }

  function whereIs(wanted, held) {
    const isOneOfThem =
      wanted.type === "radio" && held.type === "radio" && held.name === wanted.name && held.form === wanted.form;
    if (held === wanted || isOneOfThem) {
      return "here";
    }
    const isAbove = held.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING;
    return isAbove && held !== document.body ? "above" : "below";
  }

  addEventListener("keydown", () => (hasBegun = true), true);
  addEventListener("pointerdown", () => console.error("A pointer touched the page."), true);

  return { fault, towards: (wanted) => [whereIs(wanted, document.activeElement), fault()] };
})();
