from a_library_nobody_has import Base


class Thing(Base):
    pass
