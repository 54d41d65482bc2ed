// Everything here makes pages quicker or kinder; every page works without it.
import htmx from "htmx.org";
import { startAutosave } from "./autosave.js";
import { startBusy } from "./busy.js";
import { startConditions } from "./conditions.js";
import { startCopy } from "./copy.js";
import { startDialogs } from "./dialog.js";
import { startKeys } from "./keys.js";
import { startLeaving } from "./leaving.js";
import { startMenus } from "./menu.js";
import { startHall } from "./hall.js";
import { startOffline } from "./offline.js";
import { startPush } from "./push.js";
import { startSession } from "./session.js";
import { startSpread } from "./spread.js";
import { startTabs } from "./tabs.js";
import { startUploads } from "./upload.js";

window.htmx = htmx;
document.documentElement.classList.add("js");
for (const start of [startMenus, startDialogs, startCopy, startTabs, startKeys, startBusy, startLeaving, startOffline, startUploads, startConditions, startAutosave, startSession, startHall, startPush, startSpread]) {
  start(document);
}
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();
