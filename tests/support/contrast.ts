/**
 * Runs inside a page: the visible texts, and field borders, whose contrast is below WCAG AA (4.5:1; 3:1 for large text
 * and for borders), as "ratio text". A gradient counts with the worst of its colours. Self-contained: a browser gets it
 * as source.
 */
export function faintTexts(): string[] {
  type Rgba = [number, number, number, number];
  const colours = (css: string): Rgba[] =>
    [...css.matchAll(/rgba?\(([^)]+)\)/g)].map(([, numbers]) => {
      const [r = 0, g = 0, b = 0, a = 1] = numbers!.split(/[ ,/]+/).map(Number);
      return [r, g, b, a];
    });
  const luminance = ([r, g, b]: Rgba) => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((channel) => {
      const part = channel / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (one: Rgba, other: Rgba) => {
    const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const backgrounds = (element: Element | null): Rgba[] => {
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const found = [...colours(style.backgroundImage), ...colours(style.backgroundColor)].filter(
        ([, , , a]) => a === 1,
      );
      if (found.length > 0) return found;
    }
    return [[255, 255, 255, 1]];
  };
  const worst = (colour: string, element: Element | null) =>
    Math.min(...backgrounds(element).map((background) => ratio(colours(colour)[0]!, background)));

  const faint: string[] = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement!;
    const text = texts.currentNode.textContent!.trim();
    if (!text || !element.checkVisibility() || element.closest("svg")) continue;
    const { color, fontSize } = getComputedStyle(element);
    const contrast = worst(color, element);
    if (contrast < (Number.parseFloat(fontSize) >= 24 ? 3 : 4.5)) faint.push(`${contrast.toFixed(1)} ${text}`);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]):not([tabindex])")) {
    const border = worst(getComputedStyle(field).borderColor, field.parentElement);
    const placeholder = worst(getComputedStyle(field, "::placeholder").color, field);
    if (border < 3) faint.push(`${border.toFixed(1)} border`);
    if (placeholder < 4.5) faint.push(`${placeholder.toFixed(1)} placeholder`);
  }
  return faint;
}
