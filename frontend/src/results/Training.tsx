import { perform } from "@/actions/registry";
import type { EpochPoint } from "@/run/state";
import { useRun } from "@/run/store";

const SIZE = { width: 420, height: 170, left: 44, right: 12, top: 16, bottom: 24 };

/** The curves of a training as they grow. */
export function Training({ node }: { node: string }) {
  const points = useRun((run) => run.epochs[node]) ?? [];
  const running = useRun(({ outcome, nodes }) => outcome === "running" && nodes[node]?.state === "running");
  const last = points.at(-1);
  if (!last) return null;
  const names = [...new Set(Object.keys(last.metrics).map((name) => name.replace(/^val_/, "")))];
  return (
    <div className="scroll training" tabIndex={0} role="region" aria-label="Training">
      <div className="training-head">
        <strong>
          Epoch {last.epoch} of {last.epochs}
        </strong>
        {running && (
          <button className="button" onClick={() => perform("finish")}>
            Stop and keep the best
          </button>
        )}
      </div>
      {names.map((name) => (
        <Chart key={name} name={name} points={points} epochs={last.epochs} />
      ))}
    </div>
  );
}

interface ChartProps {
  name: string;
  points: readonly EpochPoint[];
  epochs: number;
}

function Chart({ name, points, epochs }: ChartProps) {
  const series = [name, `val_${name}`].map((key) =>
    points.flatMap(({ epoch, metrics }) => (metrics[key] === undefined ? [] : [{ epoch, value: metrics[key] }])),
  );
  const values = series.flat().map(({ value }) => value);
  const share = /accuracy|precision|recall|f1/.test(name);
  const top = share ? 1 : Math.max(...values, 0.001);
  const least = share ? Math.min(...values, 0.5) : 0;
  const x = (epoch: number): number =>
    SIZE.left + ((epoch - 1) / Math.max(epochs - 1, 1)) * (SIZE.width - SIZE.left - SIZE.right);
  const y = (value: number): number =>
    SIZE.top + (1 - (value - least) / (top - least)) * (SIZE.height - SIZE.top - SIZE.bottom);
  const text = (value: number): string => (share ? `${(value * 100).toFixed(1)} %` : value.toFixed(3));
  const [training, validation] = series.map((line) => line.at(-1)?.value);
  return (
    <figure className="chart">
      <figcaption>
        {name}
        {training !== undefined && <span className="training-line">training {text(training)}</span>}
        {validation !== undefined && <span className="validation-line">validation {text(validation)}</span>}
      </figcaption>
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} role="img" aria-label={`${name} by epoch`}>
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
        {series.map((line, index) => (
          <g key={index} className={index === 0 ? "training-line" : "validation-line"}>
            <polyline points={line.map(({ epoch, value }) => `${x(epoch)},${y(value)}`).join(" ")} />
            {line.slice(-1).map(({ epoch, value }) => (
              <circle key={epoch} cx={x(epoch)} cy={y(value)} r="3" />
            ))}
          </g>
        ))}
      </svg>
    </figure>
  );
}
