// Run All leaves the page where it is, and the chosen cell chosen. JupyterLab by itself goes to the last cell and has no
// setting for it: who opens the quick start and runs it would see its end first.
//
// A JupyterLab extension in the form that its page loads, written by hand: so little needs no build.
(() => {
  const RUN_ALL = "notebook:run-all-cells";

  const plugin = {
    id: "cctoolkit-lab:run-all-stays",
    autoStart: true,
    activate: (app) => {
      const { commands, shell } = app;
      const execute = commands.execute.bind(commands);
      commands.execute = (id, args) => {
        const notebook = shell.currentWidget?.content;
        if (id !== RUN_ALL || typeof notebook?.scrollToItem !== "function") return execute(id, args);
        const chosen = notebook.activeCellIndex;
        // It is asked to scroll, once, before the command returns; the cells run on after that.
        notebook.scrollToItem = () => Promise.resolve();
        try {
          return execute(id, args);
        } finally {
          delete notebook.scrollToItem; // what its class does is back
          notebook.activeCellIndex = chosen;
        }
      };
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["cctoolkit-lab"] = {
    init: () => {},
    get: () => Promise.resolve(() => ({ __esModule: true, default: plugin })),
  };
})();
