export { email } from "./email/index.ts";
export { jira } from "./jira/index.ts";
export { slack } from "./slack/index.ts";
export { teams } from "./teams/index.ts";
export { ticket } from "./ticket/index.ts";
export { webhook } from "./webhook/index.ts";
