const UNITS = ["bytes", "kB", "MB", "GB"];

/** A number of bytes for people: `1 byte`, `812 bytes`, `20.1 MB`. */
export function size(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const unit = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** unit;
  return `${unit === 0 ? value : value.toFixed(value < 9.95 ? 1 : 0)} ${UNITS[unit]}`;
}
