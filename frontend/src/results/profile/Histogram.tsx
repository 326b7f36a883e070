import type { FieldProfile } from "@/api/types";
import { whole } from "../format";
import { shown } from "./Detail";

type Bar = NonNullable<FieldProfile["bars"]>[number];

const WIDTH = 264;
const HEIGHT = 96;

/** How often values come, by range or by period. */
export function Histogram({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = WIDTH / bars.length;
  return (
    <figure className="histogram">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Histogram of ${bars.length} bars`}>
        {bars.map((bar, index) => {
          const height = bar.count > 0 ? Math.max(1, (HEIGHT * bar.count) / most) : 0;
          return (
            <g key={index}>
              <rect
                x={index * step + 0.5}
                y={HEIGHT - height}
                width={Math.max(0.5, step - 1)}
                height={height}
                className="histogram-bar"
              />
              <rect x={index * step} y={0} width={step} height={HEIGHT} fill="transparent">
                <title>{`${rangeOf(bar)}: ${whole(bar.count)}`}</title>
              </rect>
            </g>
          );
        })}
      </svg>
      <figcaption className="soft">
        <span>{shown(bars[0]?.low)}</span>
        <span>{shown(bars.at(-1)?.high ?? bars.at(-1)?.low)}</span>
      </figcaption>
    </figure>
  );
}

const rangeOf = ({ low, high }: Bar): string =>
  high === null || high === undefined || high === low ? shown(low) : `${shown(low)} – ${shown(high)}`;
