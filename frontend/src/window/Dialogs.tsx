export default function Dialogs({ dialog }: { dialog: string }) {
  return <div>{dialog}</div>;
}
