/** A measure by epoch, a line a series. */
import type { CSSProperties } from "react";

export interface Line {
  readonly name: string;
  readonly points: readonly { readonly epoch: number; readonly value: number }[];
  readonly color: string;
}

const SIZE = { width: 420, height: 170, left: 44, right: 12, top: 16, bottom: 24 };

/** Whether a measure is a share of 1, the larger the better; else it is a loss. */
export const isShare = (metric: string): boolean => /accuracy|precision|recall|f1/.test(metric);
export const measure = (metric: string, value: number): string =>
  isShare(metric) ? `${(value * 100).toFixed(1)} %` : value.toFixed(3);

export function Chart({ title, lines, epochs }: { title: string; lines: readonly Line[]; epochs: number }) {
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const share = isShare(title);
  const top = share ? 1 : Math.max(...values, 0.001);
  const least = share ? Math.min(...values, 0.5) : 0;
  const x = (epoch: number): number =>
    SIZE.left + ((epoch - 1) / Math.max(epochs - 1, 1)) * (SIZE.width - SIZE.left - SIZE.right);
  const y = (value: number): number =>
    SIZE.top + (1 - (value - least) / (top - least)) * (SIZE.height - SIZE.top - SIZE.bottom);
  return (
    <figure className="chart">
      <figcaption>
        {title}
        {lines.map(({ name, points, color }) => {
          const last = points.at(-1);
          return (
            last && (
              <span key={name} className="series" style={{ "--series": color } as CSSProperties}>
                {name} {measure(title, last.value)}
              </span>
            )
          );
        })}
      </figcaption>
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} role="img" aria-label={`${title} by epoch`}>
        {[least, (least + top) / 2, top].map((tick) => (
          <g key={tick}>
            <line x1={SIZE.left} x2={SIZE.width - SIZE.right} y1={y(tick)} y2={y(tick)} />
            <text x={SIZE.left - 6} y={y(tick)} textAnchor="end" dominantBaseline="central">
              {share ? `${Math.round(tick * 100)} %` : tick.toFixed(2)}
            </text>
          </g>
        ))}
        <text x={SIZE.left} y={SIZE.height - 6}>
          1
        </text>
        <text x={SIZE.width - SIZE.right} y={SIZE.height - 6} textAnchor="end">
          {epochs}
        </text>
        {lines.map(({ name, points, color }) => (
          <g key={name} style={{ color }}>
            <polyline points={points.map(({ epoch, value }) => `${x(epoch)},${y(value)}`).join(" ")} />
            {points.slice(-1).map(({ epoch, value }) => (
              <circle key={epoch} cx={x(epoch)} cy={y(value)} r="3" />
            ))}
          </g>
        ))}
      </svg>
    </figure>
  );
}
