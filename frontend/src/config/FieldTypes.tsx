const TYPES =
  "Bool Byte Int16 Int32 Int64 FixedDecimal Float Double String WString V_String V_WString Date Time DateTime Blob SpatialObj".split(
    " ",
  );

interface FieldTypesProps {
  label: string;
  value: string;
  /** What it is when nothing is chosen. */
  standard: string;
  change: (type: string) => void;
}

/** One of the seventeen types. */
export function FieldTypes({ label, value, standard, change }: FieldTypesProps) {
  return (
    <select className="input" aria-label={label} value={value} onChange={(event) => change(event.target.value)}>
      <option value="">{standard || "(automatic)"}</option>
      {TYPES.filter((type) => type !== standard || type === value).map((type) => (
        <option key={type}>{type}</option>
      ))}
      {value !== "" && !TYPES.includes(value) && <option>{value}</option>}
    </select>
  );
}
