export function Results() {
  return <section className="results" aria-label="Results" />;
}
