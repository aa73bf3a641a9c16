from . import schema


class Careless(schema.Careless):
    factory_type_information = schema.Careless.factory_type_information[0]["actions"]
    limit = schema.Careless.no_such_default
