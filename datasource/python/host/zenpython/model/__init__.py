"""The model as ZenPack code sees it while configs are built, and what packs declare: classes, types, templates."""
