// The pages of `docs/`, as they stand there: each is a module of the documentation, and its examples are run with the
// tests.
//
// A link in a page is one by reference, `[text][page.md]`, and the page says at its end where that is for who reads it
// among the files. `guide/links.md` says it for who reads it here, and comes first: in Markdown, the first definition of
// a name holds.

#![doc = include_str!("guide/links.md")]
#![doc = include_str!("../docs/README.md")]

macro_rules! pages {
    ($($module:ident = $file:literal,)+) => { $(
        #[doc = include_str!("guide/links.md")]
        #[doc = include_str!(concat!("../docs/", $file))]
        pub mod $module {}
    )+ };
}

pages! {
    which_grant = "which-grant.md",
    web_application = "web-application.md",
    command_line = "command-line.md",
    single_page = "single-page.md",
    service = "service.md",
    device = "device.md",
    many_tasks = "many-tasks.md",
    fleet = "fleet.md",
    calling_an_api = "calling-an-api.md",
    storing = "storing.md",
    servers = "servers.md",
    testing = "testing.md",
    transport = "transport.md",
    describing_a_provider = "describing-a-provider.md",
    coming_from_oauth2 = "coming-from-oauth2.md",
    comparison = "comparison.md",
    errors = "errors.md",
    omissions = "omissions.md",
    stability = "stability.md",
}
