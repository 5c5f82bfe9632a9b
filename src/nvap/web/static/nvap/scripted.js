// Tells GOV.UK Frontend that scripts run here. In a file of its own, since the pages allow no script inside them.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
