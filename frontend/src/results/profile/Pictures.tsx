import type { FieldProfile } from "@/api/types";
import { whole } from "../format";
import { Frequent } from "./Detail";

/** What the pictures of a field are like. */
export function Pictures({ profile }: { profile: NonNullable<FieldProfile["pictures"]> }) {
  const { sizes, modes, formats, bad, mean, mean_of: number, different_sizes: different } = profile;
  const all = formats.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      {mean && (
        <figure className="mean-picture">
          <img src={mean} alt={`The mean of ${whole(number)} pictures`} />
          <figcaption className="soft">Mean of {whole(number)} pictures</figcaption>
        </figure>
      )}
      {bad > 0 && <p className="bad-text">{whole(bad)} cannot be read as pictures.</p>}
      <h4>Sizes {different > sizes.length && <span className="soft">({whole(different)} different)</span>}</h4>
      <Frequent items={sizes.map(({ name, count }) => [name, count])} all={all} />
      <h4>Modes</h4>
      <Frequent items={modes.map(({ name, count }) => [name, count])} all={all} />
      <h4>Formats</h4>
      <Frequent items={formats.map(({ name, count }) => [name, count])} all={all} />
    </>
  );
}
