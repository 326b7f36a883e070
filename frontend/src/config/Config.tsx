export function Config() {
  return <aside className="config" aria-label="Configuration" />;
}
