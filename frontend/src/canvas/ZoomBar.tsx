import { useStore } from "@xyflow/react";
import { Icon } from "@/icons/Icon";
import { fit, zoomIn, zoomOut, zoomTo } from "./viewport";

export function ZoomBar() {
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="zoom-bar" role="toolbar" aria-label="Zoom">
      <button className="icon-button" aria-label="Zoom out" title="Zoom out (Ctrl+-)" onClick={zoomOut}>
        <Icon name="minus" />
      </button>
      <button className="zoom-level" title="100 % (Ctrl+1)" onClick={() => zoomTo(1)}>
        {zoom} %
      </button>
      <button className="icon-button" aria-label="Zoom in" title="Zoom in (Ctrl++)" onClick={zoomIn}>
        <Icon name="add" />
      </button>
      <button className="icon-button" aria-label="Fit all" title="Fit all (Ctrl+0)" onClick={() => fit()}>
        <Icon name="fit" />
      </button>
    </div>
  );
}
