/** Numbers, sizes and times as people read them. */

const grouped = new Intl.NumberFormat("en");
const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB"];

const short = new Intl.NumberFormat("en", {
  notation: "compact",
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});

export const whole = (value: number): string => grouped.format(value);

/** `1 record`, `5,633 records`. */
export const counted = (value: number, noun: string): string => `${whole(value)} ${noun}${value === 1 ? "" : "s"}`;

/** A count in at most seven letters: `563`, `99,999`, `1.23M`; the exact one belongs into a tooltip. */
export const brief = (value: number): string =>
  value < 1e6 ? whole(value) : short.format(value).replace(/(?=[A-Z])/, " ");

export function bytes(value: number): string {
  const unit = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), BYTE_UNITS.length - 1);
  const scaled = value / 1000 ** unit;
  return `${unit === 0 || scaled >= 100 ? scaled.toFixed(0) : scaled.toFixed(1)} ${BYTE_UNITS[unit] ?? ""}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `3 minutes ago`; the exact time belongs into a tooltip. */
export function ago(unixSeconds: number, now = Date.now()): string {
  const seconds = Math.round(unixSeconds - now / 1000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ];
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return "just now";
}

export const exact = (unixSeconds: number): string => new Date(unixSeconds * 1000).toLocaleString();
