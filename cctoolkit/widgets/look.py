"""How all panels look, and which keys are theirs: the one style sheet, in each panel's heading.

JupyterLab's own colours, so that it reads in its light and dark themes. The buttons' own blue, red and green are too
pale for white letters (WCAG asks for 4.5:1).
"""

from __future__ import annotations

# The keys are a control's own while it has the focus: JupyterLab takes arrows and Enter for the cell, away from the
# menu or the button that they were meant for, unless the control itself has this attribute. It leaves alone what is
# written into by itself.
_KEYS = (
    "this.closest('.cct-panel')?.addEventListener('focusin',event=>event.target.matches(':read-write')"
    "||event.target.setAttribute('data-lm-suppress-shortcuts',''))"
)

# A panel that has lost its kernel says so by itself: no Python is left that could.
_PANEL = """
.cct-panel{max-width:62em;overflow:visible;padding:.3em .2em}
.cct-panel .widget-hbox{overflow:visible}
.cct-panel.jupyter-widgets-disconnected>*{opacity:.55;pointer-events:none}
.cct-panel.jupyter-widgets-disconnected::before{content:"The kernel that this belonged to has ended: run its cell again.";
display:block;font-weight:600;line-height:1.6;color:var(--jp-ui-font-color1);font-family:var(--jp-ui-font-family)}
"""

_TEXTS = """
.cct-panel .cct-heading{font-size:1.1em;font-weight:600}
.cct-panel :is(.widget-html,.widget-html-content){min-width:0;max-width:100%}
.cct-panel .widget-html-content{flex:1 1 auto;overflow-wrap:break-word}
.cct-panel :is(.widget-label,.widget-html-content){color:var(--jp-ui-font-color1)}
.cct-panel .cct-status{line-height:1.5;overflow-wrap:anywhere}
.cct-panel .cct-said{font-weight:600}
.cct-panel .cct-small{font-size:.92em;line-height:1.5}
.cct-panel .cct-words{line-height:1.5;white-space:normal;overflow-wrap:anywhere;max-width:60em}
.cct-panel .cct-words :is(p,ul,ol){margin:.3em 0}
.cct-panel .cct-step{margin-top:.7em;line-height:1.5}
.cct-panel .cct-example{display:block;color:var(--jp-content-font-color1);line-height:1.4;overflow-wrap:anywhere}
.cct-panel .widget-html-content a:not(.cct-link){color:var(--jp-content-link-color);text-decoration:underline}
.cct-panel .cct-download{display:inline-block;padding:.3em 0}
.cct-panel .cct-code{display:flex;gap:.6em;align-items:flex-start;margin:.3em 0}
.cct-panel .cct-code pre{margin:0;padding:.35em .6em;flex:1 1 auto;max-height:24em;overflow:auto;line-height:1.4;
white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;background:var(--jp-layout-color2);
color:var(--jp-content-font-color1)}
.cct-panel .cct-copyable{font-size:1.3em;letter-spacing:.06em;padding:.1em .3em;overflow-wrap:anywhere}
.cct-panel .cct-qr{margin-left:1.5em}
"""

_CONTROLS = """
.cct-panel .jupyter-button.mod-primary,.cct-panel a.cct-link{background:#1450d2;color:#fff}
.cct-panel .jupyter-button.mod-danger{background:#b3261e;color:#fff}
.cct-panel .jupyter-button.mod-success{background:#1b6e2f;color:#fff}
.cct-panel .jupyter-button.mod-warning{background:#8a4b00;color:#fff}
.cct-panel .cct-busy{opacity:.6;pointer-events:none}
.cct-panel button{white-space:nowrap}
.cct-panel a.cct-link{display:inline-block;padding:.45em 1.1em;border-radius:4px;text-decoration:none;font-weight:600}
.cct-panel .cct-copy{padding:.15em .7em;cursor:pointer;border:1px solid var(--jp-border-color1);border-radius:2px;
background:var(--jp-layout-color2);color:var(--jp-ui-font-color1)}
.cct-panel :is(button,a,input,select,textarea,[tabindex]):focus-visible{outline:2px solid #1450d2;outline-offset:2px;
box-shadow:0 0 0 2px #fff}
.cct-panel :is(.widget-dropdown,.widget-hprogress){max-width:100%}
.cct-panel .widget-dropdown select{min-width:0}
.cct-panel :is(.widget-checkbox,.widget-label-basic){height:auto}
.cct-panel .widget-label-basic span{white-space:normal;line-height:1.4}
.cct-panel .widget-tab>.lm-TabBar .lm-TabBar-content{flex-wrap:wrap}
.cct-panel .widget-tab>.lm-TabBar .lm-TabBar-tab{flex:0 0 auto;min-width:max-content}
.cct-panel .lm-TabBar-tab .lm-TabBar-tabLabel{color:var(--jp-ui-font-color1)}
.cct-panel .cct-drop{border:2px dashed var(--jp-ui-font-color2);border-radius:4px;padding:.3em 1.2em;line-height:1.4}
.cct-panel .cct-inside{border-left:2px solid var(--jp-border-color2);padding-left:.6em}
.cct-panel .cct-confirm{border-left:4px solid #b3261e;padding-left:.8em}
"""

_TABLES = """
.cct-panel .cct-scroll{overflow:auto;max-height:24em;white-space:nowrap}
.cct-panel .cct-table{border-collapse:collapse;color:var(--jp-content-font-color1);line-height:1.5}
.cct-panel .cct-table caption{text-align:start;font-size:.92em;padding:.2em .5em}
.cct-panel .cct-table :is(th,td){text-align:start;vertical-align:top;padding:.15em .6em;overflow:hidden;
border-bottom:1px solid var(--jp-border-color2)}
.cct-panel .cct-table thead th{position:sticky;top:0;background:var(--jp-layout-color2)}
.cct-panel .cct-table .cct-cell{display:block;max-width:16em;overflow:hidden;text-overflow:ellipsis}
.cct-panel .cct-table th .cct-cell{max-width:24em}
.cct-panel .cct-wrap{white-space:normal;overflow-wrap:anywhere;max-height:40em}
.cct-panel .cct-wrap th{white-space:nowrap}
.cct-panel:has(.cct-rows){max-width:none}
.cct-panel .cct-rows{overflow:auto;max-height:27em;white-space:nowrap;font-family:var(--jp-ui-font-family);
font-size:var(--jp-ui-font-size1)}
.cct-panel .cct-rows .cct-table{min-width:100%}
.cct-panel .cct-rows :is(td,th){max-width:24em;text-overflow:ellipsis;font-weight:400}
.cct-panel .cct-rows thead button{all:unset;cursor:pointer;font-weight:600}
.cct-panel .cct-rows tbody tr{cursor:pointer}
.cct-panel .cct-rows tbody tr:hover:not([aria-selected=true]){background:var(--jp-layout-color2)}
.cct-panel .cct-rows tr[aria-selected=true]{background:#1450d2;color:#fff}
.cct-panel .cct-rows tr:focus-visible{outline-offset:-2px}
.cct-panel .cct-details .cct-scroll{max-height:20em}
.cct-panel .cct-bar{display:flex;height:1.4em;max-width:46em;border:1px solid var(--jp-ui-font-color2)}
.cct-panel .cct-arrived{background:#1b7f4b;border-color:#1b7f4b}
.cct-panel .cct-missing{background:#c0392b;border-color:#c0392b}
.cct-panel .cct-legend{background:none;border-left-width:.8em;border-left-style:solid;padding-left:.4em}
"""

_EXPLORER = """
.cct-explorer{max-width:70em}
.cct-explorer .widget-label{white-space:normal;overflow-wrap:anywhere;line-height:1.25;height:auto;align-self:center}
.cct-explorer :is(.widget-select select,.cct-json textarea,.cct-line,.cct-tree){font-family:var(--jp-code-font-family)}
.cct-explorer .widget-toggle-buttons{flex-wrap:nowrap;align-items:center}
.cct-explorer .cct-operation{line-height:1.6;overflow-wrap:anywhere}
.cct-explorer .cct-method{display:inline-block;padding:0 .5em;border-radius:3px;background:#444;color:#fff;font-weight:600}
.cct-explorer .cct-method.cct-get{background:#1450d2}
.cct-explorer .cct-method.cct-post{background:#1b6e2f}
.cct-explorer .cct-method:is(.cct-put,.cct-patch){background:#8a4b00}
.cct-explorer .cct-method.cct-delete{background:#b3261e}
.cct-explorer .cct-about{margin:0 0 .5em 13.6em;max-width:44em}
.cct-explorer .cct-about .widget-html-content{font-size:.9em;line-height:1.4;overflow-wrap:anywhere}
.cct-explorer :is(.cct-about,.cct-tree) summary{cursor:pointer}
.cct-explorer .cct-line{font-weight:600;line-height:1.6}
.cct-explorer .cct-answer{max-height:30em;line-height:1.45;color:var(--jp-content-font-color1)}
.cct-explorer .cct-answer td{unicode-bidi:isolate;max-width:34em;text-overflow:ellipsis}
.cct-explorer .cct-answer pre{margin:0;background:none;color:inherit}
.cct-explorer .cct-tree{white-space:normal;overflow-wrap:anywhere}
.cct-explorer .cct-tree :is(details,.cct-leaf){margin-left:1.2em}
.cct-explorer .cct-tree :is(.cct-name,.cct-text,.cct-value){unicode-bidi:isolate}
.cct-explorer .cct-tree .cct-name{font-weight:600}
.cct-explorer .cct-tree small{opacity:.8}
@media (max-width:900px){.cct-explorer .cct-about{margin-left:0}}
"""

#: What a panel's heading begins with.
STYLE = f'<style onload="{_KEYS}">{_PANEL}{_TEXTS}{_CONTROLS}{_TABLES}{_EXPLORER}</style>'
