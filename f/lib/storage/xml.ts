import { parseXml, XmlElement, XmlText } from "@rgrove/parse-xml";
import { UpstreamError } from "../errors.ts";

/** An element of S3's XML, which has text or children, and no attribute that means anything. */
export type Element = { name: string; text: string; children: Element[] };

/** The root element. Throws Upstream for what is no XML; it repeats nothing of it. */
export function readXml(text: string): Element {
  try {
    const { root } = parseXml(text);
    if (root) return elementOf(root);
  } catch (cause) {
    throw notXml(cause);
  }
  throw notXml();
}

/** The text of a child, or nothing when there is no such child. */
export const textOf = (element: Element, name: string): string | undefined =>
  element.children.find((child) => child.name === name)?.text;

/** All children of that name. */
export const allOf = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name);

type Content = string | number | boolean | Node[];
type Node = string | undefined;

/** An element as text; what is in it is escaped unless it is a list of elements, in which nothing may stand for none. */
export function element(name: string, content: Content): string {
  const inside = Array.isArray(content) ? content.join("") : escapeText(String(content));
  return `<${name}>${inside}</${name}>`;
}

/** A document as S3 writes and reads it. */
export const xmlDocument = (name: string, content: Content): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content).replace(
    `<${name}>`,
    `<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`,
  )}`;

function elementOf({ name, children }: XmlElement): Element {
  return {
    name,
    text: children
      .filter((child) => child instanceof XmlText)
      .map(({ text }) => text)
      .join("")
      .trim(),
    children: children.filter((child) => child instanceof XmlElement).map(elementOf),
  };
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters by number: XML 1.0 takes few of them, and none as they are. */
const escapeText = (text: string): string =>
  text
    .replace(/[&<>"]/g, (one) => ESCAPES[one] ?? one)
    .replace(/\p{Cc}/gu, (one) => `&#x${one.charCodeAt(0).toString(16)};`);

const notXml = (cause?: unknown): UpstreamError =>
  new UpstreamError("The object store answered with something else than S3's XML", {
    hint: "Check that endPoint in f/infra/storage leads to an S3 API.",
    cause,
  });
