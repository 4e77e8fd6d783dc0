/** The global names that a `//native` script has: the language's own, and what Windmill's V8 offers of the web. */
export const NATIVE_GLOBALS = names(`
  Infinity NaN undefined globalThis eval isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI
  encodeURIComponent escape unescape
  Object Function Boolean Symbol Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  SuppressedError Number BigInt Math Date String RegExp Array Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array
  Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Map Set WeakMap WeakSet WeakRef
  ArrayBuffer SharedArrayBuffer DataView Atomics JSON Promise Proxy Reflect Intl WebAssembly Iterator FinalizationRegistry
  DisposableStack AsyncDisposableStack
  console fetch Request Response Headers FormData Blob File URL URLSearchParams URLPattern atob btoa
  AbortController AbortSignal DOMException Event EventTarget CustomEvent MessageEvent CloseEvent ErrorEvent reportError
  crypto Crypto CryptoKey SubtleCrypto TextEncoder TextDecoder TextEncoderStream TextDecoderStream
  ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamDefaultController
  ReadableByteStreamController ReadableStreamBYOBRequest WritableStream WritableStreamDefaultWriter
  WritableStreamDefaultController TransformStream TransformStreamDefaultController ByteLengthQueuingStrategy
  CountQueuingStrategy CompressionStream DecompressionStream MessageChannel MessagePort structuredClone queueMicrotask
  performance Performance PerformanceEntry PerformanceMark PerformanceMeasure
  setTimeout clearTimeout setInterval clearInterval addEventListener removeEventListener dispatchEvent
`);

function names(text: string): string[] {
  return text.trim().split(/\s+/);
}
