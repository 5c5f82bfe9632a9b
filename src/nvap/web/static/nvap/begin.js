// Starts GOV.UK Frontend's components and the warning before a session ends. Every page reads and saves without it.
import { initAll } from "../gds/govuk-frontend.min.js";
import { keepDrafts } from "./drafts.js";
import { watchSession } from "./session.js";

initAll();
keepDrafts();
watchSession(document.querySelector("[data-nvap-session]"));
