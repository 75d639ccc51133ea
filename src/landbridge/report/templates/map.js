"use strict";
// The map moves: buttons, wheel, drag, two fingers and keys; the marks keep their size on the screen. Without this
// script the whole map stands as it was drawn. Texts come from the page's attributes and are only ever set as text.
for (const figure of document.querySelectorAll("figure.mapping")) {
  const map = figure.querySelector("svg.map"), world = map && map.querySelector("g.world");
  const box = figure.querySelector(".box");
  if (!world) continue;
  const [, , width, height] = map.getAttribute("viewBox").split(" ").map(Number);
  const held = new Map();
  let k = 1, x = 0, y = 0;
  figure.classList.add("moving");
  map.setAttribute("preserveAspectRatio", "xMidYMid slice");

  // The drawing fills its frame and may be cut: what of it is seen at rest, in its own units.
  const seen = () => {
    const r = map.getBoundingClientRect();
    const scale = Math.max(r.width / width, r.height / height) || 1;
    const w = Math.min(width, r.width / scale), h = Math.min(height, r.height / scale);
    return { scale, w, h, left: (width - w) / 2, top: (height - h) / 2 };
  };
  const show = () => {
    const s = seen();
    x = Math.min(s.left, Math.max(s.left + s.w - k * width, x));
    y = Math.min(s.top, Math.max(s.top + s.h - k * height, y));
    world.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
    const size = Math.min(1.9, Math.max(0.9, 0.95 / s.scale));
    map.style.setProperty("--z", String(size / k));
    map.classList.toggle("near", k >= 2.5);
    map.classList.toggle("far", k / size < 0.8);
  };
  const zoom = (factor, cx = width / 2, cy = height / 2) => {
    const next = Math.min(16, Math.max(1, k * factor));
    x = cx - (cx - x) * next / k;
    y = cy - (cy - y) * next / k;
    k = next;
    show();
  };
  const whole = () => {
    const s = seen(), marks = (world.querySelector("g.measures, g.focus") || world).getBBox();
    k = 1;
    x = s.left + s.w / 2 - (marks.x + marks.width / 2);
    y = 0;
    show();
  };
  const at = (event) => {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
    return [p.x, p.y];
  };

  const buttons = document.createElement("div");
  buttons.className = "buttons";
  buttons.setAttribute("role", "group");
  buttons.setAttribute("aria-label", figure.dataset.label);
  for (const [sign, label, act] of [["+", figure.dataset.in, () => zoom(1.6)], ["−", figure.dataset.out, () => zoom(1 / 1.6)], [figure.dataset.whole, figure.dataset.whole, whole]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", act);
    buttons.append(button);
  }
  // Freight before, with every measure, or the change: each line has a class of width for all three.
  const views = document.createElement("div"), flows = world.querySelectorAll("g.flows path");
  if (flows.length) {
    views.className = "buttons views";
    views.setAttribute("role", "group");
    views.setAttribute("aria-label", figure.dataset.show);
    for (const view of ["before", "after", "change"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = figure.dataset[view];
      button.setAttribute("aria-pressed", String(view === "after"));
      button.addEventListener("click", () => {
        for (const line of flows) line.setAttribute("class", line.dataset[view]);
        for (const one of views.children) one.setAttribute("aria-pressed", String(one === button));
      });
      views.append(button);
    }
  }
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  const frame = document.createElement("div");
  frame.className = "mapping";
  box.before(frame);
  frame.append(box, buttons, views, tip);

  // The drawing's own hints would show late and beside ours: they become labels of the shapes.
  for (const hint of world.querySelectorAll("title")) {
    hint.parentNode.setAttribute("data-hint", hint.textContent);
    hint.remove();
  }
  const hover = (event) => {
    const shape = event.target.closest("[data-hint]");
    tip.hidden = !shape || held.size > 1;
    if (tip.hidden) return;
    tip.textContent = shape.getAttribute("data-hint");
    const r = frame.getBoundingClientRect();
    const left = Math.min(event.clientX - r.left + 14, r.width - tip.offsetWidth - 4);
    tip.style.transform = `translate(${Math.max(4, left)}px, ${event.clientY - r.top + 16}px)`;
  };
  map.addEventListener("pointerdown", (event) => { held.set(event.pointerId, at(event)); hover(event); });
  map.addEventListener("pointermove", (event) => {
    hover(event);
    if (!held.has(event.pointerId)) return;
    const before = [...held.values()], now = at(event);
    const spread = (points) => Math.hypot(points[0][0] - points[1][0], points[0][1] - points[1][1]);
    const from = held.get(event.pointerId);
    if (!map.hasPointerCapture(event.pointerId)) map.setPointerCapture(event.pointerId);
    map.classList.add("held");
    if (held.size === 1) {
      x += now[0] - from[0];
      y += now[1] - from[1];
    }
    held.set(event.pointerId, now);
    if (held.size === 2) {
      const after = [...held.values()];
      zoom(spread(after) / (spread(before) || 1), (after[0][0] + after[1][0]) / 2, (after[0][1] + after[1][1]) / 2);
    }
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    map.addEventListener(end, (event) => { held.delete(event.pointerId); map.classList.remove("held"); });
  }
  map.addEventListener("pointerleave", () => { tip.hidden = true; });
  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== box) return;  // the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), ...at(event));
  }, { passive: false });
  box.addEventListener("keydown", (event) => {
    const step = 60;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (event.key === "+" || event.key === "=") zoom(1.6);
    else if (event.key === "-") zoom(1 / 1.6);
    else if (event.key === "0") whole();
    else if (moves[event.key]) { x += moves[event.key][0]; y += moves[event.key][1]; show(); }
    else return;
    event.preventDefault();
  });
  addEventListener("resize", show);
  addEventListener("beforeprint", whole);
  whole();
}
// What is folded on the screen is not to be missed on paper.
addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
