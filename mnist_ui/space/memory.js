// The memory: what outlives another page and a reload, in the tab's own storage.

class Memory {
  constructor(space) {
    this.space = space;
  }

  keep() {
    const { space } = this;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => {
      const cameras = space.panels.map((panel) => ({ isFlat: panel.camera.isFlat, ...panel.camera.state }));
      const hidden = [...space.points.hiddenDigits];
      const { layouts, colourings, key, shown } = space.data;
      const names = { layout: layouts[space.shown].name, colouring: colourings[space.colouring].name, told: shown };
      remember(TAB, key, { ...names, cameras, hidden, spin: space.isSpinning });
    }, 200);
  }

  recall(data) {
    const { space } = this;
    recall(TAB, data.key, (kept) => {
      const index = (list, name) => Math.max(0, list.findIndex((each) => each.name === name));
      space.colouring = index(data.colourings, kept.colouring);
      if (kept.told === data.shown) space.shown = index(data.layouts, kept.layout);
      space.points.hiddenDigits = new Set(kept.hidden);
      space.isSpinning = kept.spin && !quiet();
      this.cameras = kept.cameras;
    });
  }

  restoreCameras() {
    for (const [number, panel] of this.space.panels.entries()) {
      const { isFlat, ...state } = this.cameras?.[number] ?? {};
      if (isFlat === panel.camera.isFlat) Object.assign(panel.camera, state);
    }
  }
}
